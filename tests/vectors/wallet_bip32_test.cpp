// BIP-32: the vectors of the standard, typed in. Source: BIP-32, "Test Vectors" 1 to 5.
#include "core/wallet/extended_key.hpp"
#include "tests/vectors/wallet_vectors.hpp"

using namespace quorate;
using namespace quorate::wallet;

namespace {

struct step {
  std::string_view path;
  std::string_view public_key;
  std::string_view private_key;
};

struct chain {
  std::string_view seed;
  std::vector<step> steps;
};

const std::vector<chain> vectors{
    {"000102030405060708090a0b0c0d0e0f",
     {
         {"m",
          "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqs"
          "efD265TMg7usUDFdp6W1EGMcet8",
          "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kej"
          "MRNNU3TGtRBeJgk33yuGBxrMPHi"},
         {"m/0'",
          "xpub68Gmy5EdvgibQVfPdqkBBCHxA5htiqg55crXYuXoQRKfDBFA1WEjWgP6LHhwBZeNK1VTsfTFUHCdrfp1"
          "bgwQ9xv5ski8PX9rL2dZXvgGDnw",
          "xprv9uHRZZhk6KAJC1avXpDAp4MDc3sQKNxDiPvvkX8Br5ngLNv1TxvUxt4cV1rGL5hj6KCesnDYUhd7oWgT"
          "11eZG7XnxHrnYeSvkzY7d2bhkJ7"},
         {"m/0'/1",
          "xpub6ASuArnXKPbfEwhqN6e3mwBcDTgzisQN1wXN9BJcM47sSikHjJf3UFHKkNAWbWMiGj7Wf5uMash7SyYq"
          "527Hqck2AxYysAA7xmALppuCkwQ",
          "xprv9wTYmMFdV23N2TdNG573QoEsfRrWKQgWeibmLntzniatZvR9BmLnvSxqu53Kw1UmYPxLgboyZQaXwTCg"
          "8MSY3H2EU4pWcQDnRnrVA1xe8fs"},
         {"m/0'/1/2'",
          "xpub6D4BDPcP2GT577Vvch3R8wDkScZWzQzMMUm3PWbmWvVJrZwQY4VUNgqFJPMM3No2dFDFGTsxxpG5uJh7"
          "n7epu4trkrX7x7DogT5Uv6fcLW5",
          "xprv9z4pot5VBttmtdRTWfWQmoH1taj2axGVzFqSb8C9xaxKymcFzXBDptWmT7FwuEzG3ryjH4ktypQSAewR"
          "iNMjANTtpgP4mLTj34bhnZX7UiM"},
         {"m/0'/1/2'/2",
          "xpub6FHa3pjLCk84BayeJxFW2SP4XRrFd1JYnxeLeU8EqN3vDfZmbqBqaGJAyiLjTAwm6ZLRQUMv1ZACTj37"
          "sR62cfN7fe5JnJ7dh8zL4fiyLHV",
          "xprvA2JDeKCSNNZky6uBCviVfJSKyQ1mDYahRjijr5idH2WwLsEd4Hsb2Tyh8RfQMuPh7f7RtyzTtdrbdqqs"
          "unu5Mm3wDvUAKRHSC34sJ7in334"},
         {"m/0'/1/2'/2/1000000000",
          "xpub6H1LXWLaKsWFhvm6RVpEL9P4KfRZSW7abD2ttkWP3SSQvnyA8FSVqNTEcYFgJS2UaFcxupHiYkro49S8"
          "yGasTvXEYBVPamhGW6cFJodrTHy",
          "xprvA41z7zogVVwxVSgdKUHDy1SKmdb533PjDz7J6N6mV6uS3ze1ai8FHa8kmHScGpWmj4WggLyQjgPie1rF"
          "SruoUihUZREPSL39UNdE3BBDu76"},
     }},
    {"fffcf9f6f3f0edeae7e4e1dedbd8d5d2cfccc9c6c3c0bdbab7b4b1aeaba8a5a29f9c999693908d8a8784"
     "817e7b7875726f6c696663605d5a5754514e4b484542",
     {
         {"m",
          "xpub661MyMwAqRbcFW31YEwpkMuc5THy2PSt5bDMsktWQcFF8syAmRUapSCGu8ED9W6oDMSgv6Zz8idoc4a6"
          "mr8BDzTJY47LJhkJ8UB7WEGuduB",
          "xprv9s21ZrQH143K31xYSDQpPDxsXRTUcvj2iNHm5NUtrGiGG5e2DtALGdso3pGz6ssrdK4PFmM8NSpSBHNq"
          "Pqm55Qn3LqFtT2emdEXVYsCzC2U"},
         {"m/0",
          "xpub69H7F5d8KSRgmmdJg2KhpAK8SR3DjMwAdkxj3ZuxV27CprR9LgpeyGmXUbC6wb7ERfvrnKZjXoUmmDzn"
          "ezpbZb7ap6r1D3tgFxHmwMkQTPH",
          "xprv9vHkqa6EV4sPZHYqZznhT2NPtPCjKuDKGY38FBWLvgaDx45zo9WQRUT3dKYnjwih2yJD9mkrocEZXo1e"
          "x8G81dwSM1fwqWpWkeS3v86pgKt"},
         {"m/0/2147483647'",
          "xpub6ASAVgeehLbnwdqV6UKMHVzgqAG8Gr6riv3Fxxpj8ksbH9ebxaEyBLZ85ySDhKiLDBrQSARLq1uNRts8"
          "RuJiHjaDMBU4Zn9h8LZNnBC5y4a",
          "xprv9wSp6B7kry3Vj9m1zSnLvN3xH8RdsPP1Mh7fAaR7aRLcQMKTR2vidYEeEg2mUCTAwCd6vnxVrcjfy2kR"
          "gVsFawNzmjuHc2YmYRmagcEPdU9"},
         {"m/0/2147483647'/1",
          "xpub6DF8uhdarytz3FWdA8TvFSvvAh8dP3283MY7p2V4SeE2wyWmG5mg5EwVvmdMVCQcoNJxGoWaU9DCWh89"
          "LojfZ537wTfunKau47EL2dhHKon",
          "xprv9zFnWC6h2cLgpmSA46vutJzBcfJ8yaJGg8cX1e5StJh45BBciYTRXSd25UEPVuesF9yog62tGAQtHjXa"
          "jPPdbRCHuWS6T8XA2ECKADdw4Ef"},
         {"m/0/2147483647'/1/2147483646'",
          "xpub6ERApfZwUNrhLCkDtcHTcxd75RbzS1ed54G1LkBUHQVHQKqhMkhgbmJbZRkrgZw4koxb5JaHWkY4ALHY"
          "2grBGRjaDMzQLcgJvLJuZZvRcEL",
          "xprvA1RpRA33e1JQ7ifknakTFpgNXPmW2YvmhqLQYMmrj4xJXXWYpDPS3xz7iAxn8L39njGVyuoseXzU6rcx"
          "FLJ8HFsTjSyQbLYnMpCqE2VbFWc"},
         {"m/0/2147483647'/1/2147483646'/2",
          "xpub6FnCn6nSzZAw5Tw7cgR9bi15UV96gLZhjDstkXXxvCLsUXBGXPdSnLFbdpq8p9HmGsApME5hQTZ3emM2"
          "rnY5agb9rXpVGyy3bdW6EEgAtqt",
          "xprvA2nrNbFZABcdryreWet9Ea4LvTJcGsqrMzxHx98MMrotbir7yrKCEXw7nadnHM8Dq38EGfSh6dqA9QWT"
          "yefMLEcBYJUuekgW4BYPJcr9E7j"},
     }},
    {"4b381541583be4423346c643850da4b320e46a87ae3d2a4e6da11eba819cd4acba45d239319ac14f863b"
     "8d5ab5a0d0c64d2e8a1e7d1457df2e5a3c51c73235be",
     {
         {"m",
          "xpub661MyMwAqRbcEZVB4dScxMAdx6d4nFc9nvyvH3v4gJL378CSRZiYmhRoP7mBy6gSPSCYk6SzXPTf3ND1"
          "cZAceL7SfJ1Z3GC8vBgp2epUt13",
          "xprv9s21ZrQH143K25QhxbucbDDuQ4naNntJRi4KUfWT7xo4EKsHt2QJDu7KXp1A3u7Bi1j8ph3EGsZ9Xvz9"
          "dGuVrtHHs7pXeTzjuxBrCmmhgC6"},
         {"m/0'",
          "xpub68NZiKmJWnxxS6aaHmn81bvJeTESw724CRDs6HbuccFQN9Ku14VQrADWgqbhhTHBaohPX4CjNLf9fq9M"
          "Yo6oDaPPLPxSb7gwQN3ih19Zm4Y",
          "xprv9uPDJpEQgRQfDcW7BkF7eTya6RPxXeJCqCJGHuCJ4GiRVLzkTXBAJMu2qaMWPrS7AANYqdq6vcBcBUdJ"
          "CVVFceUvJFjaPdGZ2y9WACViL4L"},
     }},
    {"3ddd5602285899a946114506157c7997e5444528f3003f6134712147db19b678",
     {
         {"m",
          "xpub661MyMwAqRbcGczjuMoRm6dXaLDEhW1u34gKenbeYqAix21mdUKJyuyu5F1rzYGVxyL6tmgBUAEPrEz9"
          "2mBXjByMRiJdba9wpnN37RLLAXa",
          "xprv9s21ZrQH143K48vGoLGRPxgo2JNkJ3J3fqkirQC2zVdk5Dgd5w14S7fRDyHH4dWNHUgkvsvNDCkvAwcS"
          "HNAQwhwgNMgZhLtQC63zxwhQmRv"},
         {"m/0'",
          "xpub69AUMk3qDBi3uW1sXgjCmVjJ2G6WQoYSnNHyzkmdCHEhSZ4tBok37xfFEqHd2AddP56Tqp4o56AePAgC"
          "jYdvpW2PU2jbUPFKsav5ut6Ch1m",
          "xprv9vB7xEWwNp9kh1wQRfCCQMnZUEG21LpbR9NPCNN1dwhiZkjjeGRnaALmPXCX7SgjFTiCTT6bXes17boX"
          "tjq3xLpcDjzEuGLQBM5ohqkao9G"},
         {"m/0'/1'",
          "xpub6BJA1jSqiukeaesWfxe6sNK9CCGaujFFSJLomWHprUL9DePQ4JDkM5d88n49sMGJxrhpjazuXYWdMf17"
          "C9T5XnxkopaeS7jGk1GyyVziaMt",
          "xprv9xJocDuwtYCMNAo3Zw76WENQeAS6WGXQ55RCy7tDJ8oALr4FWkuVoHJeHVAcAqiZLE7Je3vZJHxspZdF"
          "HfnBEjHqU5hG1Jaj32dVoS6XLT1"},
     }},
};

struct refused {
  std::string_view why;
  std::string_view text;
};

// Test vector 5.
const std::vector<refused> invalid{
    {"public version, private key",
     "xpub661MyMwAqRbcEYS8w7XLSVeEsBXy79zSzH1J8vCdxAZningWLdN3zgtU6LBpB85b3D2yc8sfvZU521AA"
     "wdZafEz7mnzBBsz4wKY5fTtTQBm"},
    {"private version, public key",
     "xprv9s21ZrQH143K24Mfq5zL5MhWK9hUhhGbd45hLXo2Pq2oqzMMo63oStZzFGTQQD3dC4H2D5GBj7vWvSQa"
     "aBv5cxi9gafk7NF3pnBju6dwKvH"},
    {"public key with prefix 04",
     "xpub661MyMwAqRbcEYS8w7XLSVeEsBXy79zSzH1J8vCdxAZningWLdN3zgtU6Txnt3siSujt9RCVYsx4qHZG"
     "c62TG4McvMGcAUjeuwZdduYEvFn"},
    {"private key with prefix 04",
     "xprv9s21ZrQH143K24Mfq5zL5MhWK9hUhhGbd45hLXo2Pq2oqzMMo63oStZzFGpWnsj83BHtEy5Zt8CcDr1U"
     "iRXuWCmTQLxEK9vbz5gPstX92JQ"},
    {"public key with prefix 01",
     "xpub661MyMwAqRbcEYS8w7XLSVeEsBXy79zSzH1J8vCdxAZningWLdN3zgtU6N8ZMMXctdiCjxTNq964yKkw"
     "rkBJJwpzZS4HS2fxvyYUA4q2Xe4"},
    {"private key with prefix 01",
     "xprv9s21ZrQH143K24Mfq5zL5MhWK9hUhhGbd45hLXo2Pq2oqzMMo63oStZzFAzHGBP2UuGCqWLTAPLcMtD9"
     "y5gkZ6Eq3Rjuahrv17fEQ3Qen6J"},
    {"depth 0 with a parent",
     "xprv9s2SPatNQ9Vc6GTbVMFPFo7jsaZySyzk7L8n2uqKXJen3KUmvQNTuLh3fhZMBoG3G4ZW1N2kZuHEPY53"
     "qmbZzCHshoQnNf4GvELZfqTUrcv"},
    {"depth 0 with a parent",
     "xpub661no6RGEX3uJkY4bNnPcw4URcQTrSibUZ4NqJEw5eBkv7ovTwgiT91XX27VbEXGENhYRCf7hyEbWrR3"
     "FewATdCEebj6znwMfQkhRYHRLpJ"},
    {"depth 0 with an index",
     "xprv9s21ZrQH4r4TsiLvyLXqM9P7k1K3EYhA1kkD6xuquB5i39AU8KF42acDyL3qsDbU9NmZn6MsGSUYZEsu"
     "oePmjzsB3eFKSUEh3Gu1N3cqVUN"},
    {"depth 0 with an index",
     "xpub661MyMwAuDcm6CRQ5N4qiHKrJ39Xe1R1NyfouMKTTWcguwVcfrZJaNvhpebzGerh7gucBvzEQWRugZDu"
     "DXjNDRmXzSZe4c7mnTK97pTvGS8"},
    {"unknown version",
     "DMwo58pR1QLEFihHiXPVykYB6fJmsTeHvyTp7hRThAtCX8CvYzgPcn8XnmdfHGMQzT7ayAmfo4z3gY5KfbrZ"
     "WZ6St24UVf2Qgo6oujFktLHdHY4"},
    {"unknown version",
     "DMwo58pR1QLEFihHiXPVykYB6fJmsTeHvyTp7hRThAtCX8CvYzgPcn8XnmdfHPmHJiEDXkTiJTVV9rHEBUem"
     "2mwVbbNfvT2MTcAqj3nesx8uBf9"},
    {"private key 0",
     "xprv9s21ZrQH143K24Mfq5zL5MhWK9hUhhGbd45hLXo2Pq2oqzMMo63oStZzF93Y5wvzdUayhgkkFoicQZcP"
     "3y52uPPxFnfoLZB21Teqt1VvEHx"},
    {"private key n",
     "xprv9s21ZrQH143K24Mfq5zL5MhWK9hUhhGbd45hLXo2Pq2oqzMMo63oStZzFAzHGBP2UuGCqWLTAPLcMtD5"
     "SDKr24z3aiUvKr9bJpdrcLg1y3G"},
    {"no point: x = 7",
     "xpub661MyMwAqRbcEYS8w7XLSVeEsBXy79zSzH1J8vCdxAZningWLdN3zgtU6Q5JXayek4PRsn35jii4veMi"
     "mro1xefsM58PgBMrvdYre8QyULY"},
    {"checksum",
     "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kej"
     "MRNNU3TGtRBeJgk33yuGBxrMPHL"},
};

} // namespace

BOOST_AUTO_TEST_SUITE(bip32)

BOOST_AUTO_TEST_CASE(vectors_1_to_4) {
  std::size_t checked = 0;
  for (const auto& vector : vectors) {
    const auto master = extended_private_key::from_seed(unhex(vector.seed));
    BOOST_REQUIRE(master.has_value());
    for (const auto& at : vector.steps) {
      const auto path = derivation_path::parse(at.path);
      const auto key = master->derive(path->indices());
      BOOST_REQUIRE_MESSAGE(key.has_value(), at.path);
      BOOST_TEST(key->to_text(xpub_version).text() == at.private_key);
      BOOST_TEST(key->to_public().to_string(xpub_version) == at.public_key);
      const auto read = extended_private_key::parse(at.private_key, xpub_version);
      BOOST_REQUIRE(read.has_value());
      BOOST_TEST(read->to_text(xpub_version).text() == at.private_key);
      const auto read_public = extended_public_key::parse(at.public_key, xpub_version);
      BOOST_REQUIRE(read_public.has_value());
      BOOST_TEST(read_public->to_string(xpub_version) == at.public_key);
      ++checked;
    }
  }
  BOOST_TEST_MESSAGE("BIP-32: " << checked << " chains");
  BOOST_TEST(checked == 17U);
}

// A public parent gives the same children as its private one, where it gives any.
BOOST_AUTO_TEST_CASE(public_derivation_agrees) {
  std::size_t checked = 0;
  for (const auto& vector : vectors) {
    for (std::size_t i = 1; i < vector.steps.size(); ++i) {
      const auto parent = extended_public_key::parse(vector.steps[i - 1].public_key, xpub_version);
      const auto index = derivation_path::parse(vector.steps[i].path)->indices().back();
      const auto child = parent->child(index);
      if (index >= hardened) {
        BOOST_TEST(name(child.error()) == "hardened_child");
        continue;
      }
      BOOST_REQUIRE(child.has_value());
      BOOST_TEST(child->to_string(xpub_version) == vector.steps[i].public_key);
      ++checked;
    }
  }
  BOOST_TEST(checked == 6U);
}

BOOST_AUTO_TEST_CASE(vector_5_invalid_keys) {
  for (const auto& [why, text] : invalid) {
    BOOST_TEST(name(extended_private_key::parse(text, xpub_version).error()) == "bad_extended_key",
               why);
    BOOST_TEST(name(extended_public_key::parse(text, xpub_version).error()) == "bad_extended_key",
               why);
  }
  BOOST_TEST(invalid.size() == 16U);
}

BOOST_AUTO_TEST_SUITE_END()
