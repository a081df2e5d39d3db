// eth_getProof against answers of nodes: accounts and slots that are there, and that are not.
#include "core/chain/evm/account_proof.hpp"
#include "core/crypto/keccak.hpp"
#include "tests/vectors/evm_vectors.hpp"

#include <nlohmann/json.hpp>

using namespace quorate;
using namespace quorate::evm;

namespace {

using texts = std::vector<std::string>;

std::vector<bytes> raw(const texts& nodes) {
  std::vector<bytes> out;
  for (const auto& each : nodes)
    out.push_back(unhex(each));
  return out;
}

// The state of Ethereum's genesis block: its root is in the block's header, which every client has.
const digest genesis_root =
    unhex_fixed<digest>("d7f8974fb5ac78d9ac099b9ad5018bedc2ce0a72dad1827a1709da30580f0544");
const std::string genesis_top =
    "f90211a090dcaf88c40c7bbc95a912cbdde67c175767b31173df9ee4b0d733bfdd511c43a0babe36"
    "9f6b12092f49181ae04ca173fb68d1a5456f18d20fa32cba73954052bda0473ecf8a7e36a829e750"
    "39a3b055e51b8332cbf03324ab4af2066bbd6fbf0021a0bbda34753d7aa6c38e603f360244e8f596"
    "11921d9e1f128372fec0d586d4f9e0a04e44caecff45c9891f74f6a2156735886eedf6f1a733628e"
    "bc802ec79d844648a0a5f3f2f7542148c973977c8a1e154c4300fec92f755f7846f1b734d3ab1d90"
    "e7a0e823850f50bf72baae9d1733a36a444ab65d0a6faaba404f0583ce0ca4dad92da0f7a00cbe7d"
    "4b30b11faea3ae61b7f1f2b315b61d9f6bd68bfe587ad0eeceb721a07117ef9fc932f1a88e908eae"
    "ad8565c19b5645dc9e5b1b6e841c5edbdfd71681a069eb2de283f32c11f859d7bcf93da23990d3e6"
    "62935ed4d6b39ce3673ec84472a0203d26456312bbc4da5cd293b75b840fc5045e493d6f904d1808"
    "23ec22bfed8ea09287b5c21f2254af4e64fca76acc5cd87399c7f1ede818db4326c98ce2dc2208a0"
    "6fc2d754e304c48ce6a517753c62b1a9c1d5925b89707486d7fc08919e0a94eca07b1c54f15e299b"
    "d58bdfef9741538c7828b5d7d11a489f9c20d052b3471df475a051f9dd3739a927c89e357580a4c9"
    "7b40234aa01ed3d5e0390dc982a7975880a0a089d613f26159af43616fd9455bb461f4869bfede26"
    "f2130835ed067a8b967bfb80";

// As `cast proof ADDRESS --block 0` gives them; in paradigmxyz/reth, crates/trie, proof.rs.
const texts there = {
    genesis_top,
    "f90211a0dae48f5b47930c28bb116fbd55e52cd47242c71bf55373b55eb2805ee2e4a929a00f1f37"
    "f337ec800e2e5974e2e7355f10f1a4832b39b846d916c3597a460e0676a0da8f627bb8fbeead17b3"
    "18e0a8e4f528db310f591bb6ab2deda4a9f7ca902ab5a0971c662648d58295d0d0aa4b8055588da0"
    "037619951217c22052802549d94a2fa0ccc701efe4b3413fd6a61a6c9f40e955af774649a8d9fd21"
    "2d046a5a39ddbb67a0d607cdb32e2bd635ee7f2f9e07bc94ddbd09b10ec0901b66628e15667aec57"
    "0ba05b89203dc940e6fa70ec19ad4e01d01849d3a5baa0a8f9c0525256ed490b159fa0b84227d48d"
    "f68aecc772939a59afa9e1a4ab578f7b698bdb1289e29b6044668ea0fd1c992070b94ace57e48cbf"
    "6511a16aa770c645f9f5efba87bbe59d0a042913a0e16a7ccea6748ae90de92f8aef3b3dc248a557"
    "b9ac4e296934313f24f7fced5fa042373cf4a00630d94de90d0a23b8f38ced6b0f7cb818b8925fee"
    "8f0c2a28a25aa05f89d2161c1741ff428864f7889866484cef622de5023a46e795dfdec336319fa0"
    "7597a017664526c8c795ce1da27b8b72455c49657113e0455552dbc068c5ba31a0d5be9089012fda"
    "2c585a1b961e988ea5efcd3a06988e150a8682091f694b37c5a0f7b0352e38c315b2d9a14d51baea"
    "4ddee1770974c806e209355233c3c89dce6ea049bf6e8df0acafd0eff86defeeb305568e44d52d22"
    "35cf340ae15c6034e2b24180",
    "f901f1a0cf67e0f5d5f8d70e53a6278056a14ddca46846f5ef69c7bde6810d058d4a9eda80a06732"
    "ada65afd192197fe7ce57792a7f25d26978e64e954b7b84a1f7857ac279da05439f8d011683a6fc0"
    "7efb90afca198fd7270c795c835c7c85d91402cda992eaa0449b93033b6152d289045fdb0bf3f449"
    "26f831566faa0e616b7be1abaad2cb2da031be6c3752bcd7afb99b1bb102baf200f8567c394d4643"
    "15323a363697646616a0a40e3ed11d906749aa501279392ffde868bd35102db41364d9c601fd651f"
    "974aa0044bfa4fe8dd1a58e6c7144da79326e94d1331c0b00373f6ae7f3662f45534b7a098005e3e"
    "48db68cb1dc9b9f034ff74d2392028ddf718b0f2084133017da2c2e7a02a62bc40414ee95b02e202"
    "a9e89babbabd24bef0abc3fc6dcd3e9144ceb0b725a0239facd895bbf092830390a8676f34b35b29"
    "792ae561f196f86614e0448a5792a0a4080f88925daff6b4ce26d188428841bd65655d8e93509f21"
    "06020e76d41eefa04918987904be42a6894256ca60203283d1b89139cf21f09f5719c44b8cdbb8f7"
    "a06201fc3ef0827e594d953b5e3165520af4fceb719e11cc95fd8d3481519bfd8ca05d0e353d596b"
    "d725b09de49c01ede0f29023f0153d7b6d401556aeb525b2959ba0cd367d0679950e9c5f2aa4298f"
    "d4b081ade2ea429d71ff390c50f8520e16e30880",
    "f87180808080808080a0dbee8b33c73b86df839f309f7ac92eee19836e08b39302ffa33921b3c6a0"
    "9f66a06068b283d51aeeee682b8fb5458354315d0b91737441ede5e137c18b4775174a8080808080"
    "a0fe7779c7d58c2fda43eba0a6644043c86ebb9ceb4836f89e30831f23eb059ece8080",
    "f8719f20b71c90b0d523dd5004cf206f325748da347685071b34812e21801f5270c4b84ff84d8089"
    "0ad78ebc5ac6200000a056e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363"
    "b421a0c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"};
const texts not_there = {
    genesis_top,
    "f90211a0586b1ddec8db4824154209d355a1989b6c43aa69aba36e9d70c9faa53e7452baa0f86db4"
    "7d628c73764d74b9ccaed73b8486d97a7731d57008fc9efaf417411860a0d9faed7b9ea107b5d985"
    "24246c977e782377f976e34f70717e8b1207f2f9b981a00218f59ccedf797c95e27c56405b9bf168"
    "45050fb43e773b66b26bc6992744f5a0dbf396f480c4e024156644adea7c331688d03742369e9d87"
    "ab8913bc439ff975a0aced524f39b22c62a5be512ddbca89f0b89b47c311065ccf423dee7013c7ea"
    "83a0c06b05f80b237b403adc019c0bc95b5de935021b14a75cbc18509eec60dfd83aa085339d45c4"
    "a52b7d523c301701f1ab339964e9c907440cff0a871c98dcf8811ea03ae9f6b8e227ec9be9461f09"
    "47b01696f78524c4519a6dee9fba14d209952cf9a0af17f551f9fa1ba4be41d0b342b160e2e8468d"
    "7e98a65a2dbf9d5fe5d6928024a0b850ac3bc03e9a309cc59ce5f1ab8db264870a7a22786081753d"
    "1db91897b8e6a09e796a4904bd78cb2655b5f346c94350e2d5f0dbf2bc00ac00871cd7ba46b241a0"
    "f6f0377427b900529caf32abf32ba1eb93f5f70153aa50b90bf55319a434c252a0725eaf27c8ee07"
    "e9b2511a6d6a0d71c649d855e8a9ed26e667903e2e94ae47cba0e4139fb48aa1a524d47f6e0df803"
    "14b88b52202d7e853da33c276aa8572283a8a05e9003d54a45935fdebae3513dc7cd16626dc05e1d"
    "903ae7f47f1a35aa6e234580",
    "f901d1a0b7c55b381eb205712a2f5d1b7d6309ac725da79ab159cb77dc2783af36e6596da0b3b48a"
    "a390e0f3718b486ccc32b01682f92819e652315c1629058cd4d9bb1545a0e3c0cc68af371009f144"
    "16c27e17f05f4f696566d2ba45362ce5711d4a01d0e4a0bad1e085e431b510508e2a9e3712633a41"
    "4b3fe6fd358635ab206021254c1e10a0f8407fe8d5f557b9e012d52e688139bd932fec40d48630d7"
    "ff4204d27f8cc68da08c6ca46eff14ad4950e65469c394ca9d6b8690513b1c1a6f91523af0008247"
    "4c80a0630c034178cb1290d4d906edf28688804d79d5e37a3122c909adab19ac7dc8c5a059f6d047"
    "c5d1cc75228c4517a537763cb410c38554f273e5448a53bc3c7166e7a0d842f53ce70c3aad1e616f"
    "a6485d3880d15c936fcc306ec14ae35236e5a60549a0218ee2ee673c69b4e1b953194b2568157a69"
    "085b86e4f01644fa06ab472c6cf9a016a35a660ea496df7c0da646378bfaa9562f401e42a5c2fe77"
    "0b7bbe22433585a0dd0fbbe227a4d50868cdbb3107573910fd97131ea8d835bef81d91a2fc30b175"
    "a06aafa3d78cf179bf055bd5ec629be0ff8352ce0aec9125a4d75be3ee7eb71f10a01d6817ef9f64"
    "fcbb776ff6df0c83138dcd2001bd752727af3e60f4afc123d8d58080"};

// A test chain's account with code, nonce 1 and balance 1. Its slot 1 is empty in the first state
// and 7 in the second. Source: perama-v/archors, crates/multiproof, eip1186.rs.
const texts account_nodes = {
    "f8718080808080a0a2bd2175aed7ed88ed854c914fab94115c092ffb3c3c2ef647b70b7e73e33458"
    "80a0457ae8d978cd387f5332f978f5653226588b6cc76a355fc5977cd4325ffcff78a0c4bdbdbb24"
    "0f8343b7f84bc83d4b7426e803a914138792d1e369907be8098b2d8080808080808080",
    "f869a0335649db80be637d281db0cc5896b0ff9869d08379a80fdc38dd073bba633949b846f84401"
    "01a08afc95b7d18a226944b9c2070b6bda1c3a36afcc3730429d47579c94b9fe5850a0ce92c756ba"
    "ff35fa740c3557c1a971fd24d2d35b7c8e067880d50cd86bb0bc99"};
const texts account_nodes_later = {
    "f8718080808080a0a2bd2175aed7ed88ed854c914fab94115c092ffb3c3c2ef647b70b7e73e33458"
    "80a0fad62b0aae498bcbac391cfb2ae7283eb9ec8f8c2bc283d26063bfa216e6207aa0c4bdbdbb24"
    "0f8343b7f84bc83d4b7426e803a914138792d1e369907be8098b2d8080808080808080",
    "f869a0335649db80be637d281db0cc5896b0ff9869d08379a80fdc38dd073bba633949b846f84401"
    "01a041d1b06c8a131d1ba094d9157054358df40085906ef614437cbad8a5cd233fe2a0ce92c756ba"
    "ff35fa740c3557c1a971fd24d2d35b7c8e067880d50cd86bb0bc99"};
const texts slot_nodes = {
    "f871808080a0ce028e108cf5c832b0a9afd3ed101183857b3b9ddaea5670c4f09b62e4d38d05a0de"
    "3ecad66628a5743ed089e3a35ebeedc25a922fb0ac346304613403911c18e0a0128c5f7abac50579"
    "4cda09bde44d143e4736b50b1c42d6807a989c10af51e8d18080808080808080808080"};
const texts slot_nodes_later = {
    "f891808080a0ce028e108cf5c832b0a9afd3ed101183857b3b9ddaea5670c4f09b62e4d38d05a0de"
    "3ecad66628a5743ed089e3a35ebeedc25a922fb0ac346304613403911c18e0a0128c5f7abac50579"
    "4cda09bde44d143e4736b50b1c42d6807a989c10af51e8d18080808080a04784fb4f62cc58a00b3a"
    "e50ff62c0a3672be2328c21840707284bb09a77ca21a8080808080",
    "e2a0310e2d527612073b26eecdfd717e6a320cf44b4afac2b0732d9fcbe2b7fa0cf607"};

std::string answer(const texts& account, const std::string& storage_hash, const std::string& value,
                   const texts& slot) {
  const auto with_0x = [](texts list) {
    for (auto& each : list)
      each.insert(0, "0x");
    return list;
  };
  return nlohmann::json{
      {"address", "0xaa00000000000000000000000000000000000000"},
      {"balance", "0x1"},
      {"nonce", "0x1"},
      {"codeHash", "0xce92c756baff35fa740c3557c1a971fd24d2d35b7c8e067880d50cd86bb0bc99"},
      {"storageHash", "0x" + storage_hash},
      {"accountProof", with_0x(account)},
      {"storageProof", {{{"key", "0x1"}, {"value", value}, {"proof", with_0x(slot)}}}}}
      .dump();
}

const digest first_root =
    unhex_fixed<digest>("61effbbcca94f0d3e02e5bd22e986ad57142acabf0cb3d129a6ad8d0f8752e94");
const digest later_root =
    unhex_fixed<digest>("388e66d9a17f8ac62cc95d24d5842e587fd92b55fd31ccb67b0e16a96adc746f");
const std::string first_storage =
    "8afc95b7d18a226944b9c2070b6bda1c3a36afcc3730429d47579c94b9fe5850";
const std::string later_storage =
    "41d1b06c8a131d1ba094d9157054358df40085906ef614437cbad8a5cd233fe2";

} // namespace

BOOST_AUTO_TEST_SUITE(evm_account_proof)

BOOST_AUTO_TEST_CASE(accounts_of_the_genesis_block) {
  const auto who = unhex_fixed<address>("000d836201318ec6899a67540690382780743280");
  const auto found = prove_account(genesis_root, who, raw(there)).value();
  BOOST_REQUIRE(found.has_value());
  auto state = empty_account();
  state.balance = *parse_uint256("200000000000000000000");
  BOOST_TEST((*found == state));

  const auto nobody = unhex_fixed<address>("000d836201318ec6899a67540690382780743281");
  BOOST_TEST(!prove_account(genesis_root, nobody, raw(not_there)).value().has_value());

  BOOST_TEST((prove_account(genesis_root, nobody, raw(there)).error() == errc::bad_proof));
  BOOST_TEST((prove_account(genesis_root, who, raw(not_there)).error() == errc::bad_proof));
  BOOST_TEST((prove_account(first_root, who, raw(there)).error() == errc::bad_proof));
}

BOOST_AUTO_TEST_CASE(every_altered_byte_is_noticed) {
  const auto who = unhex_fixed<address>("000d836201318ec6899a67540690382780743280");
  const auto nodes = raw(there);
  for (std::size_t n = 0; n < nodes.size(); ++n)
    for (std::size_t i = 0; i < nodes[n].size(); ++i) {
      auto altered = nodes;
      altered[n][i] ^= 1;
      BOOST_TEST(!prove_account(genesis_root, who, altered).has_value());
    }
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    auto fewer = nodes;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(n));
    BOOST_TEST(!prove_account(genesis_root, who, fewer).has_value());
  }
}

BOOST_AUTO_TEST_CASE(answers_in_json) {
  const auto holds = [](const digest& root, const std::string& text) {
    const auto parsed = parse_account_proof(text);
    BOOST_REQUIRE(parsed.has_value());
    return verify(root, *parsed).has_value();
  };
  // A slot that is not there is zero; one that is there is what it is.
  BOOST_TEST(holds(first_root, answer(account_nodes, first_storage, "0x0", slot_nodes)));
  BOOST_TEST(
      holds(later_root, answer(account_nodes_later, later_storage, "0x7", slot_nodes_later)));
  // Lies of a node: a value, a storage root, the state of another block.
  BOOST_TEST(!holds(first_root, answer(account_nodes, first_storage, "0x7", slot_nodes)));
  BOOST_TEST(
      !holds(later_root, answer(account_nodes_later, later_storage, "0x0", slot_nodes_later)));
  BOOST_TEST(!holds(first_root, answer(account_nodes, later_storage, "0x7", slot_nodes_later)));
  BOOST_TEST(!holds(later_root, answer(account_nodes, first_storage, "0x0", slot_nodes)));
  auto richer = answer(account_nodes, first_storage, "0x0", slot_nodes);
  richer.replace(richer.find("\"balance\":\"0x1\""), 15, "\"balance\":\"0x2\"");
  BOOST_TEST(!holds(first_root, richer));
}

BOOST_AUTO_TEST_CASE(an_account_that_is_not_there_has_nothing) {
  account_proof proof;
  proof.account = unhex_fixed<address>("000d836201318ec6899a67540690382780743281");
  proof.nodes = raw(not_there);
  BOOST_TEST(verify(genesis_root, proof).has_value()); // hashes of zeros, as some nodes write
  proof.state = empty_account();
  proof.slots.push_back({});
  BOOST_TEST(verify(genesis_root, proof).has_value());
  proof.slots[0].value = 1;
  BOOST_TEST(!verify(genesis_root, proof).has_value());
  proof.slots.clear();
  proof.state.balance = 1;
  BOOST_TEST(!verify(genesis_root, proof).has_value());
}

BOOST_AUTO_TEST_CASE(nodes_that_no_trie_has) {
  // Each hashes to the root that is asked about, so only its form is wrong.
  const bytes key{0x12};
  for (const char* node : {
           "01",           // no list
           "c0",           // no items
           "c22012",       // a leaf whose value is a byte: fine, but of another key, see below
           "c3202020",     // three items
           "c382001280",   // an extension to nothing
           "c2c020",       // a path that is a list
           "c24020",       // a flag that is not defined
           "c20120",       // even, with a nibble where there is none
           "c2002a",       // an extension without a path
           "c58220128080", // trailing item
       }) {
    const auto raw_node = unhex(node);
    const auto found = verify_trie_proof(keccak256(raw_node), key, {raw_node});
    if (std::string{node} == "c22012")
      BOOST_TEST(!found.value().has_value());
    else
      BOOST_TEST(!found.has_value(), node);
  }
  // A leaf at this key with a value, then with none.
  BOOST_TEST((verify_trie_proof(keccak256(unhex("c4822012"
                                                "07")),
                                key, {unhex("c482201207")})
                  .value() == bytes{7}));
  BOOST_TEST(
      !verify_trie_proof(keccak256(unhex("c482201280")), key, {unhex("c482201280")}).has_value());
  BOOST_TEST(!verify_trie_proof(empty_trie_root(), key, {}).value().has_value());
  BOOST_TEST(!verify_trie_proof(empty_trie_root(), key, {{0x80}}).value().has_value());
  BOOST_TEST(!verify_trie_proof(empty_trie_root(), key, {{0x81}}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
