# shellcheck shell=bash
# The signer's part of tests/compose/run, which sources this: the add-on is put on a cluster that runs, signs what
# its policy allows and no more, and is as confined as it says.

readonly signing_subnet=${QUORATE_SIGNER_SUBNET:-172.28.80}
readonly signer_port=7102

# Legacy transactions for chain 11155111, 0.001 ETH each, as their payload that is signed (EIP-155): to the address
# that the example of a policy allows, and to another one.
readonly allowed=ed808477359400825208945aaeb6053f3e94c9b9a09f33669435e7ef1beaed87038d7ea4c680008083aa36a78080
readonly not_allowed=ed01847735940082520894fb6916095ca1df60bb79ce92ce3ea74c37c5d35987038d7ea4c680008083aa36a78080

# order TRANSACTION: orders its signature and prints what became of it.
order() {
  timeout 90 "${compose[@]}" run -T --rm client sign --config /etc/quorate/client.toml --chain evm \
    --chain-id 11155111 --asset 2 --public-key "$signer_key" --transaction - -o json <<<"$1" 2>/dev/null
}

# reaches CONTAINER ADDRESS PORT: from inside it.
reaches() { docker exec "$1" timeout 3 bash -c ": </dev/tcp/$2/$3" 2>/dev/null; }

# files CONTAINER NAME…: those of these names that it sees anywhere but in the image's /usr.
files() {
  local container=$1 name wanted=(-false)
  shift
  for name in "$@"; do wanted+=(-o -name "$name"); done
  docker exec "$container" find / \( -path /proc -o -path /sys -o -path /usr \) -prune -o \
    -type f \( "${wanted[@]}" \) -print 2>/dev/null || true
}

listening() { compose logs --no-color signer 2>/dev/null | grep -q 'listening for nodes'; }

add_signer() {
  secrets=$(mktemp -d)
  password=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
  printf '%s\n' "$password" >"$secrets/password"
  chmod 644 "$secrets/password"
  export QUORATE_KEYSTORE_PASSWORD_FILE=$secrets/password QUORATE_SIGNER_SUBNET=$signing_subnet
  export COMPOSE_FILE=$root/docker-compose.yml:$root/docker-compose.signer.yml COMPOSE_PROFILES=signer
  local made
  made=$(compose run -T --rm signer-key 2>/dev/null) || fail "no first key was made"
  signer_key=$(sed -n 's/^public_key = "\([0-9a-f]*\)"$/\1/p' <<<"$made")
  ((${#signer_key} == 66)) || fail "the first key's public key is not told: $made"
  ! compose run -T --rm signer-key >/dev/null 2>&1 || fail "a second 'first key' was made"
  compose up -d --no-build >/dev/null 2>&1 || fail "the signer's add-on does not start"
  within 120 all_healthy "${nodes[@]}" || fail "the nodes did not become healthy beside a signer"
  within 60 listening || fail "the signer does not listen"
}

check_signing() {
  local told
  told=$(order "$allowed") || fail "an order within the policy was not signed: $told"
  [[ $told == *'"signed": true'* && $told == *'"signature": "'* ]] || fail "no signature came: $told"
  local code=0
  told=$(order "$not_allowed") || code=$?
  ((code == 3)) && [[ $told == *'"why": "destination_not_allowed"'* ]] ||
    fail "an order outside of the policy was not refused: code $code, $told"
}

check_confinement() {
  local signer=$1 how node seen
  how=$(docker inspect -f '{{.Config.User}} {{.HostConfig.Privileged}} {{.HostConfig.ReadonlyRootfs}}' "$signer")
  [[ $how == '10001:10001 false true' ]] || fail "the signer's user, or its root file system: $how"
  how=$(docker inspect -f '{{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}}' "$signer")
  [[ $how == '[ALL] [no-new-privileges:true]' ]] || fail "the signer can gain privileges: $how"
  how=$(docker inspect -f '{{len .HostConfig.PortBindings}} {{len .NetworkSettings.Networks}}' "$signer")
  [[ $how == '0 1' ]] || fail "the signer's published ports and networks: $how, not 0 1"
  how=$(inside signer sed -n 's/^CapBnd:[[:space:]]*//p' /proc/1/status)
  [[ $how =~ ^0+$ ]] || fail "the signer holds capabilities: $how"
  how=$(inside signer sed -n 's/^Max core file size *\([^ ]*\) .*/\1/p' /proc/1/limits)
  [[ $how == 0 ]] || fail "the signer dumps cores of $how bytes"
  ! inside signer touch /probe 2>/dev/null || fail "the signer can write to its root file system"
  ! inside signer touch /var/lib/keystore/probe 2>/dev/null || fail "the signer can write where its keystore is"
  ! inside signer touch /etc/quorate/probe 2>/dev/null || fail "the signer can write to its configuration"
  seen=$(files "$signer" node.key node-ca.key client-ca.key accounts.seed)
  [[ -z $seen ]] || fail "the signer sees keys of others: $seen"
  [[ -n $(files "$signer" keystore) ]] || fail "the signer's keystore is not where it is looked for"
  for node in "${nodes[@]}"; do
    seen=$(files "$(container "$node")" keystore log.key signer.toml keystore-password)
    [[ -z $seen ]] || fail "$node sees what is the signer's: $seen"
  done
  [[ $(docker inspect "$signer") != *"$password"* ]] || fail "the engine tells the password"
  ! inside signer sh -c 'cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ' | grep -aqF "$password" ||
    fail "an argument or the environment holds the password"
}

# Each "does not reach" stands beside a "reaches" in the same place, so that it cannot hold for want of a shell.
check_network() {
  local signer=$1 address=$signing_subnet.20
  reaches "$(container node0)" "$address" "$signer_port" || fail "node0 does not reach the signer"
  reaches "$signer" "$signing_subnet.10" 7101 || fail "the signer and node0 do not share a network"
  ! reaches "$signer" "$QUORATE_SUBNET.10" 7101 || fail "the signer reaches the network of the clients"
  timeout 60 "${compose[@]}" run -T --rm --entrypoint bash client -c ": </dev/tcp/node0/7101 &&
    ! timeout 2 bash -c ': </dev/tcp/$address/$signer_port'" >/dev/null 2>&1 || fail "a client reaches the signer"
  [[ $(docker network inspect -f '{{.Internal}}' "${COMPOSE_PROJECT_NAME}_signing") == true ]] ||
    fail "the signer's network leads elsewhere"
}

check_lock() {
  compose kill -s SIGUSR1 signer >/dev/null 2>&1 || fail "the signer takes no signal"
  local told
  told=$(order "$allowed") && fail "a locked signer signed: $told"
  [[ $told == *'"why": "signer_locked"'* ]] || fail "the signer was not locked: $told"
}

check_signer() {
  step "adding a signer to the cluster"
  add_signer
  step "the nodes are healthy beside a signer with a first key"
  check_signing
  step "it signed what its policy allows, and refused the rest"
  check_confinement "$(container signer)"
  check_network "$(container signer)"
  step "it is confined; nodes see nothing of it, and nobody else reaches it"
  check_lock
  step "it was locked, and signed no more"
}
