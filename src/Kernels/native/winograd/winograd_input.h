// V = B^T d B for the patches of a run of tiles. Included by winograd_loops.h, once for each instruction set.
#pragma once

#include "winograd/winograd_tile.h"

namespace cluster {
namespace {

// v = B^T d along one axis, the elements of v `stride` apart.
// Tiles of 2x2: B^T = [1 0 -1 0; 0 1 1 0; 0 -1 1 0; 0 1 0 -1].
template <typename Target>
inline __attribute__((always_inline)) void input_line(const Vector (&d)[4], const Target& v) {
    v(0) = d[0] - d[2];
    v(1) = d[1] + d[2];
    v(2) = d[2] - d[1];
    v(3) = d[1] - d[3];
}

// Tiles of 4x4, of the points 0, 1, -1, 2, -2 and infinity:
// B^T = [4 0 -5 0 1 0; 0 -4 -4 1 1 0; 0 4 -4 -1 1 0; 0 -2 -1 2 1 0; 0 2 -1 -2 1 0; 0 4 0 -5 0 1].
template <typename Target>
inline __attribute__((always_inline)) void input_line(const Vector (&d)[6], const Target& v) {
    const Vector even = d[4] - d[2] * 4.0f, odd = d[3] - d[1] * 4.0f;
    const Vector even_two = d[4] - d[2], odd_two = (d[3] - d[1]) * 2.0f;
    v(0) = d[0] * 4.0f - d[2] * 5.0f + d[4];
    v(1) = even + odd;
    v(2) = even - odd;
    v(3) = even_two + odd_two;
    v(4) = even_two - odd_two;
    v(5) = d[1] * 4.0f - d[3] * 5.0f + d[5];
}

// For one tile; patch(i, j) points to the channels of a pixel.
template <int Edge, typename Patch>
inline __attribute__((always_inline)) void transform_patch(int64_t channels, float* v, int64_t point_stride, const Patch& patch) {
    constexpr int side = Edge + 2;
    for (int64_t c = 0; c < channels; c += width) {
        Vector rows[side][side];
#pragma GCC unroll 6
        for (int j = 0; j < side; j++) {
            Vector column[side];
#pragma GCC unroll 6
            for (int i = 0; i < side; i++) {
                column[i] = at(patch(i, j) + c);
            }
            input_line(column, [&](int i) -> Vector& { return rows[i][j]; });
        }
        float* target = v + c;
#pragma GCC unroll 6
        for (int i = 0; i < side; i++, target += side * point_stride) {
            input_line(rows[i], [&](int j) -> Vector& { return at(target + j * point_stride); });
        }
    }
}

template <int Edge>
void transform_border(const WinogradProblem& p, const Tile<Edge>& tile, const float* zeros, float* v, int64_t point_stride) {
    const float* pixels[Edge + 2][Edge + 2];
    for (int64_t i = 0; i < Edge + 2; i++) {
        const int64_t row = tile.row + i - 1;
        const bool inside = row >= 0 && row < p.height;
        const float* const line = p.x + (tile.image * p.height + (inside ? row : 0)) * p.width * p.channels;
        for (int64_t j = 0; j < Edge + 2; j++) {
            const int64_t column = tile.column + j - 1;
            pixels[i][j] = inside && column >= 0 && column < p.width ? line + column * p.channels : zeros;
        }
    }
    transform_patch<Edge>(p.channels, v, point_stride, [&](int i, int j) { return pixels[i][j]; });
}

template <int Edge>
void transform_input(const WinogradProblem& p, Tile<Edge> tile, int64_t tiles, const float* zeros, float* v, int64_t point_stride) {
    for (int64_t t = 0; t < tiles; t++, tile.advance(p), v += p.channels) {
        // With few channels, asking for each pixel whether it exists would take as long as the arithmetic.
        if (tile.row > 0 && tile.row + Edge < p.height && tile.column > 0 && tile.column + Edge < p.width) {
            const float* const corner = p.x + ((tile.image * p.height + tile.row - 1) * p.width + tile.column - 1) * p.channels;
            transform_patch<Edge>(p.channels, v, point_stride, [&](int i, int j) { return corner + (i * p.width + j) * p.channels; });
        } else {
            transform_border(p, tile, zeros, v, point_stride);
        }
    }
}

}  // namespace
}  // namespace cluster
