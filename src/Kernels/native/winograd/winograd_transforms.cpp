// Transforms of weights that change with every call, so that their time counts: sixteen outputs or channels at once.
#include "winograd/winograd_block.h"

#if defined(__x86_64__) && defined(__GNUC__) && defined(__linux__)
#define CK_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CK_CLONES
#endif

namespace cluster {
namespace {

constexpr int lanes = 16;

// u = G g G^T for sixteen weights g[9][lanes]; element (i, j) of u goes to u + (4 i + j) * stride.
inline __attribute__((always_inline)) void transform_lanes(const float (&g)[9][lanes], float* u, int64_t stride) {
    float rows[4][3][lanes];
    for (int j = 0; j < 3; j++) {
        for (int l = 0; l < lanes; l++) {
            const float a = g[j][l], b = g[3 + j][l], c = g[6 + j][l];
            rows[0][j][l] = a;
            rows[1][j][l] = (a + b + c) * 0.5f;
            rows[2][j][l] = (a - b + c) * 0.5f;
            rows[3][j][l] = c;
        }
    }
    for (int i = 0; i < 4; i++) {
        float* const target = u + 4 * i * stride;
        for (int l = 0; l < lanes; l++) {
            const float a = rows[i][0][l], b = rows[i][1][l], c = rows[i][2][l];
            target[l] = a;
            target[stride + l] = (a + b + c) * 0.5f;
            target[2 * stride + l] = (a - b + c) * 0.5f;
            target[3 * stride + l] = c;
        }
    }
}

}  // namespace

CK_CLONES void winograd_transform(const float* weights, int64_t outputs, int64_t channels, bool flipped, float* transformed) {
    // The lanes are what is innermost in the result: outputs, or channels where it is flipped.
    const int64_t outer = flipped ? outputs : channels, inner = flipped ? channels : outputs;
    const int64_t outer_step = flipped ? channels * 9 : 9, inner_step = flipped ? 9 : channels * 9;
    for (int64_t a = 0; a < outer; a++) {
        for (int64_t b = 0; b < inner; b += lanes) {
            float g[9][lanes];
            for (int l = 0; l < lanes; l++) {
                const float* const source = weights + a * outer_step + (b + l) * inner_step;
                for (int k = 0; k < 9; k++) {
                    g[flipped ? 8 - k : k][l] = source[k];
                }
            }
            transform_lanes(g, transformed + a * inner + b, outer * inner);
        }
    }
}

CK_CLONES void winograd_untransform(const float* du, int64_t outputs, int64_t channels, float* gradient) {
    const int64_t stride = outputs * channels;
    for (int64_t c = 0; c < channels; c++) {
        for (int64_t o = 0; o < outputs; o += lanes) {
            const float* const u = du + c * outputs + o;
            float rows[3][4][lanes];
            for (int j = 0; j < 4; j++) {
                for (int l = 0; l < lanes; l++) {
                    const float u0 = u[j * stride + l], u1 = u[(4 + j) * stride + l], u2 = u[(8 + j) * stride + l],
                                u3 = u[(12 + j) * stride + l];
                    const float sum = (u1 + u2) * 0.5f;
                    rows[0][j][l] = u0 + sum;
                    rows[1][j][l] = (u1 - u2) * 0.5f;
                    rows[2][j][l] = sum + u3;
                }
            }
            float dg[9][lanes];
            for (int i = 0; i < 3; i++) {
                for (int l = 0; l < lanes; l++) {
                    const float sum = (rows[i][1][l] + rows[i][2][l]) * 0.5f;
                    dg[3 * i][l] = rows[i][0][l] + sum;
                    dg[3 * i + 1][l] = (rows[i][1][l] - rows[i][2][l]) * 0.5f;
                    dg[3 * i + 2][l] = sum + rows[i][3][l];
                }
            }
            for (int l = 0; l < lanes; l++) {
                float* const target = gradient + ((o + l) * channels + c) * 9;
                for (int k = 0; k < 9; k++) {
                    target[k] = dg[k][l];
                }
            }
        }
    }
}

}  // namespace cluster
