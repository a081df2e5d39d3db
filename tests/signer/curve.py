"""secp256k1, to check signatures by other code than the one that made them. Not for keys: no step takes a
constant time."""

P = 2**256 - 2**32 - 977
N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
     0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8)


def add(a, b):
    """The sum of two points; None is the one at infinity."""
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % P == 0:
        return None
    if a == b:
        slope = 3 * a[0] * a[0] * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def times(number, point):
    made = None
    for bit in bin(number)[2:]:
        made = add(made, made)
        if bit == "1":
            made = add(made, point)
    return made


def point_of(compressed):
    """Of 33 bytes: SEC 1, section 2.3.4."""
    x = int.from_bytes(compressed[1:], "big")
    y = pow(x**3 + 7, (P + 1) // 4, P)
    assert len(compressed) == 33 and compressed[0] in (2, 3) and (y * y - x**3 - 7) % P == 0
    return x, y if y % 2 == compressed[0] - 2 else P - y


def verifies(public_key, digest, signature):
    """ECDSA over 32 bytes, SEC 1, section 4.1.4; s at most half of the order besides."""
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    assert len(signature) == 64
    if not (0 < r < N and 0 < s <= N // 2):
        return False
    e, w = int.from_bytes(digest, "big"), pow(s, -1, N)
    x = add(times(e * w % N, G), times(r * w % N, point_of(public_key)))
    return x is not None and x[0] % N == r
