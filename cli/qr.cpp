#include "cli/qr.hpp"

#include <algorithm>
#include <cctype>
#include <memory>
#include <qrencode.h>
#include <stdexcept>

namespace quorate::cli {

namespace {

/// Light modules around the code that a reader needs (ISO/IEC 18004).
constexpr int quiet_zone = 4;

struct free_code {
  void operator()(QRcode* code) const { QRcode_free(code); }
};

class qr_code {
public:
  explicit qr_code(std::string_view ur) {
    std::string text{ur};
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    // Case does not matter to a UR, and upper case takes 5.5 bits a character instead of 8.
    code_.reset(QRcode_encodeString(text.c_str(), 0, QR_ECLEVEL_L, QR_MODE_8, 1));
    if (!code_) throw std::runtime_error{"the fragment is too large for a QR code"};
  }

  int width() const { return code_->width; }
  /// Light outside of the code.
  bool dark(int x, int y) const {
    if (x < 0 || y < 0 || x >= width() || y >= width()) return false;
    return (code_->data[y * width() + x] & 1) != 0;
  }

private:
  std::unique_ptr<QRcode, free_code> code_;
};

} // namespace

std::string qr_for_terminal(std::string_view ur) {
  const qr_code code{ur};
  const int last = code.width() + quiet_zone;
  std::string out;
  for (int y = -quiet_zone; y < last; y += 2) {
    // Black on white, whatever the terminal's own colours are.
    out += "\033[30;107m";
    for (int x = -quiet_zone; x < last; ++x) {
      const bool upper = code.dark(x, y);
      const bool lower = code.dark(x, y + 1);
      out += upper ? (lower ? "\u2588" : "\u2580") : (lower ? "\u2584" : " ");
    }
    out += "\033[0m\n";
  }
  return out;
}

std::string qr_as_svg(std::string_view ur) {
  const qr_code code{ur};
  const auto size = std::to_string(code.width() + 2 * quiet_zone);
  std::string path;
  for (int y = 0; y < code.width(); ++y)
    for (int x = 0; x < code.width(); ++x)
      if (code.dark(x, y))
        path += "M" + std::to_string(x + quiet_zone) + "," + std::to_string(y + quiet_zone) +
                "h1v1h-1z";
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + size + " " + size +
         "\" shape-rendering=\"crispEdges\"><rect width=\"" + size + "\" height=\"" + size +
         "\" fill=\"#fff\"/><path d=\"" + path + "\"/></svg>\n";
}

} // namespace quorate::cli
