// The body of winograd_generic, winograd_avx2 and winograd_avx512, included once by a source file for each instruction set, whose
// compiler options decide what vectors become. Only internal linkage and no library headers: the linker must not pick a function that
// was compiled for AVX-512 as everybody's copy.
// Before inclusion: CK_WIDTH floats of a vector, CK_ROWS tiles and CK_VECTORS vectors of outputs
// that the product keeps in registers, CK_NARROW_ROWS tiles where only 16 outputs are left; CK_GRADIENT_ROWS channels (a divisor
// of 16) in the product that makes the weights' gradient.
#pragma once

#include "winograd/winograd_input.h"
#include "winograd/winograd_output.h"
#include "winograd/winograd_tile.h"

namespace cluster {
namespace {

// Rows x Vectors sums in registers: m = v u for that many tiles and outputs.
template <int Rows, int Vectors>
void multiply_block(const float* v, const float* u, float* m, int64_t channels, int64_t outputs) {
    Vector sums[Rows][Vectors] = {};
    for (int64_t c = 0; c < channels; c++, v++, u += outputs) {
        Vector weights[Vectors];
#pragma GCC unroll 8
        for (int k = 0; k < Vectors; k++) {
            weights[k] = at(u + k * width);
        }
#pragma GCC unroll 32
        for (int r = 0; r < Rows; r++) {
            const float value = v[r * channels];
#pragma GCC unroll 8
            for (int k = 0; k < Vectors; k++) {
                sums[r][k] += value * weights[k];
            }
        }
    }
#pragma GCC unroll 32
    for (int r = 0; r < Rows; r++) {
#pragma GCC unroll 8
        for (int k = 0; k < Vectors; k++) {
            at(m + r * outputs + k * width) = sums[r][k];
        }
    }
}

// All tiles for one panel of outputs, whose weights stay in the first-level cache.
template <int Rows, int Vectors>
void multiply_panel(const float* v, const float* u, float* m, int64_t tiles, int64_t channels, int64_t outputs) {
    int64_t t = 0;
    for (; t + Rows <= tiles; t += Rows) {
        multiply_block<Rows, Vectors>(v + t * channels, u, m + t * outputs, channels, outputs);
    }
    for (; t + 4 <= tiles; t += 4) {
        multiply_block<4, Vectors>(v + t * channels, u, m + t * outputs, channels, outputs);
    }
    for (; t < tiles; t++) {
        multiply_block<1, Vectors>(v + t * channels, u, m + t * outputs, channels, outputs);
    }
}

void multiply(const WinogradProblem& p, const float* v, const float* u, float* m, int64_t tiles) {
    // Channels come in sixteens, so what a wide panel leaves over is a whole number of narrow ones.
    constexpr int64_t wide = CK_VECTORS * width;
    constexpr int64_t narrow = winograd_channel_multiple;
    int64_t o = 0;
    for (; o + wide <= p.outputs; o += wide) {
        multiply_panel<CK_ROWS, CK_VECTORS>(v, u + o, m + o, tiles, p.channels, p.outputs);
    }
    for (; o < p.outputs; o += narrow) {
        multiply_panel<CK_NARROW_ROWS, narrow / width>(v, u + o, m + o, tiles, p.channels, p.outputs);
    }
}

template <int Edge>
void block(const WinogradProblem& p, int64_t first_tile, int64_t tiles, float* scratch) {
    constexpr int64_t points = winograd_points(Edge);
    const int64_t v_stride = tiles * p.channels + winograd_skew;
    const int64_t m_stride = tiles * p.outputs + winograd_skew;
    float* const v = scratch;
    float* const m = v + points * v_stride;
    float* const zeros = m + points * m_stride;
    for (int64_t c = 0; c < p.channels; c += width) {
        at(zeros + c) = Vector{};
    }
    const Tile<Edge> first(p, first_tile);
    transform_input(p, first, tiles, zeros, v, v_stride);
    for (int64_t point = 0; point < points; point++) {
        multiply(p, v + point * v_stride, p.weights + point * p.channels * p.outputs, m + point * m_stride, tiles);
    }
    transform_output(p, first, tiles, m, m_stride);
}

// A g A^T for 2x2 gradients of a tile, A = [1 0; 1 1; 1 -1; 0 -1]; what lies outside the image is 0.
void transform_gradient(
    const WinogradGradient& p, const WinogradProblem& where, Tile<2> tile, int64_t tiles, const float* zeros, float* v,
    int64_t point_stride) {
    for (int64_t t = 0; t < tiles; t++, tile.advance(where), v += p.outputs) {
        const float* const corner = p.dy + ((tile.image * p.height + tile.row) * p.width + tile.column) * p.outputs;
        const bool right = tile.column + 1 < p.width;
        const bool below = tile.row + 1 < p.height;
        const float* const pixels[2][2] = {{corner, right ? corner + p.outputs : zeros},
            {below ? corner + p.width * p.outputs : zeros, right && below ? corner + (p.width + 1) * p.outputs : zeros}};
        for (int64_t o = 0; o < p.outputs; o += width) {
            Vector rows[4][2];
#pragma GCC unroll 2
            for (int j = 0; j < 2; j++) {
                const Vector g0 = at(pixels[0][j] + o), g1 = at(pixels[1][j] + o);
                rows[0][j] = g0;
                rows[1][j] = g0 + g1;
                rows[2][j] = g0 - g1;
                rows[3][j] = -g1;
            }
            float* target = v + o;
#pragma GCC unroll 4
            for (int i = 0; i < 4; i++, target += 4 * point_stride) {
                at(target) = rows[i][0];
                at(target + point_stride) = rows[i][0] + rows[i][1];
                at(target + 2 * point_stride) = rows[i][0] - rows[i][1];
                at(target + 3 * point_stride) = -rows[i][1];
            }
        }
    }
}

// du[c][o] += sum over tiles of v[tile][c] * g[tile][o], Rows channels and Vectors vectors of outputs in registers.
template <int Rows, int Vectors>
void accumulate_block(const float* v, const float* g, float* du, int64_t tiles, int64_t channels, int64_t outputs) {
    Vector sums[Rows][Vectors] = {};
    for (int64_t t = 0; t < tiles; t++, v += channels, g += outputs) {
        Vector values[Vectors];
#pragma GCC unroll 8
        for (int k = 0; k < Vectors; k++) {
            values[k] = at(g + k * width);
        }
#pragma GCC unroll 32
        for (int r = 0; r < Rows; r++) {
            const float value = v[r];
#pragma GCC unroll 8
            for (int k = 0; k < Vectors; k++) {
                sums[r][k] += value * values[k];
            }
        }
    }
#pragma GCC unroll 32
    for (int r = 0; r < Rows; r++) {
#pragma GCC unroll 8
        for (int k = 0; k < Vectors; k++) {
            at(du + r * outputs + k * width) += sums[r][k];
        }
    }
}

void gradient_block(const WinogradGradient& p, int64_t first_tile, int64_t tiles, float* scratch) {
    const int64_t v_stride = tiles * p.channels + winograd_skew;
    const int64_t g_stride = tiles * p.outputs + winograd_skew;
    constexpr int64_t points = winograd_points(2);
    float* const v = scratch;
    float* const g = v + points * v_stride;
    float* const zeros = g + points * g_stride;
    for (int64_t c = 0; c < p.channels + p.outputs; c += width) {
        at(zeros + c) = Vector{};
    }
    const WinogradProblem where{p.x, nullptr, nullptr, nullptr, p.channels, p.outputs, p.height, p.width};
    const Tile<2> first(where, first_tile);
    transform_input(where, first, tiles, zeros, v, v_stride);
    transform_gradient(p, where, first, tiles, zeros, g, g_stride);
    constexpr int64_t wide = CK_VECTORS * width;
    constexpr int64_t narrow = winograd_channel_multiple;
    for (int64_t point = 0; point < points; point++) {
        const float* const from = v + point * v_stride;
        const float* const with = g + point * g_stride;
        float* const to = p.du + point * p.channels * p.outputs;
        for (int64_t c = 0; c < p.channels; c += CK_GRADIENT_ROWS) {
            int64_t o = 0;
            for (; o + wide <= p.outputs; o += wide) {
                accumulate_block<CK_GRADIENT_ROWS, CK_VECTORS>(from + c, with + o, to + c * p.outputs + o, tiles, p.channels, p.outputs);
            }
            for (; o < p.outputs; o += narrow) {
                accumulate_block<CK_GRADIENT_ROWS, narrow / width>(
                    from + c, with + o, to + c * p.outputs + o, tiles, p.channels, p.outputs);
            }
        }
    }
}

}  // namespace
}  // namespace cluster
