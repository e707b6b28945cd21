#include <dlfcn.h>

#include <cstring>

#include "bridge/status.h"

namespace {

// The part of turbojpeg.h (version 2 and 3) that is used; declared here so that the library builds and loads without it.
constexpr int pixel_format_rgb = 0;
constexpr int accurate_dct = 4096;
constexpr int error_code_fatal = 1;

struct TurboJpeg {
    void* (*init_decompress)();
    int (*decompress_header)(void*, const unsigned char*, unsigned long, int*, int*, int*, int*);
    int (*decompress)(void*, const unsigned char*, unsigned long, unsigned char*, int, int, int, int, int);
    int (*destroy)(void*);
    char* (*error_text)(void*);
    int (*error_code)(void*);
};

template <typename Function>
void resolve(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(dlsym(library, name));
    TORCH_CHECK(
        function != nullptr, "libturbojpeg has no function ", name, "; install the Debian package libturbojpeg0 of version 2.0 or later");
}

const TurboJpeg& turbo_jpeg() {
    static const TurboJpeg loaded = [] {
        void* library = dlopen("libturbojpeg.so.0", RTLD_NOW | RTLD_LOCAL);
        TORCH_CHECK(library != nullptr, "JPEG files need libturbojpeg, which is not installed; install the Debian package libturbojpeg0");
        TurboJpeg api{};
        resolve(library, "tjInitDecompress", api.init_decompress);
        resolve(library, "tjDecompressHeader3", api.decompress_header);
        resolve(library, "tjDecompress2", api.decompress);
        resolve(library, "tjDestroy", api.destroy);
        resolve(library, "tjGetErrorStr2", api.error_text);
        resolve(library, "tjGetErrorCode", api.error_code);
        return api;
    }();
    return loaded;
}

class Decompressor {
public:
    Decompressor() : api_(turbo_jpeg()), handle_(api_.init_decompress()) {
        TORCH_CHECK(handle_ != nullptr, "libturbojpeg could not be initialised");
    }
    ~Decompressor() { api_.destroy(handle_); }
    Decompressor(const Decompressor&) = delete;
    Decompressor& operator=(const Decompressor&) = delete;

    void size(const uint8_t* bytes, int64_t length, int* width, int* height) {
        int subsampling = 0, colorspace = 0;
        check(api_.decompress_header(handle_, bytes, static_cast<unsigned long>(length), width, height, &subsampling, &colorspace));
    }

    void decode(const uint8_t* bytes, int64_t length, uint8_t* rgb, int width, int height) {
        check(api_.decompress(
            handle_, bytes, static_cast<unsigned long>(length), rgb, width, 3 * width, height, pixel_format_rgb, accurate_dct));
    }

private:
    // Warnings such as stray bytes before a marker leave a whole picture; a premature end does not.
    void check(int status) {
        if (status == 0) {
            return;
        }
        const char* text = api_.error_text(handle_);
        TORCH_CHECK(api_.error_code(handle_) != error_code_fatal && std::strstr(text, "Premature end") == nullptr, text);
    }

    const TurboJpeg& api_;
    void* handle_;
};

}  // namespace

int ck_jpeg_size(const uint8_t* bytes, int64_t length, int* width, int* height) {
    return cluster::guarded([&] { Decompressor().size(bytes, length, width, height); });
}

int ck_jpeg_decode_rgb(const uint8_t* bytes, int64_t length, uint8_t* rgb, int width, int height) {
    return cluster::guarded([&] {
        Decompressor decompressor;
        int found_width = 0, found_height = 0;
        decompressor.size(bytes, length, &found_width, &found_height);
        // A smaller width would make libturbojpeg scale the picture down instead of failing.
        TORCH_CHECK(found_width == width && found_height == height, "the picture is ", found_width, " x ", found_height, ", not ", width,
            " x ", height);
        decompressor.decode(bytes, length, rgb, width, height);
    });
}
