// Y = A^T m A + bias for a run of tiles. Included by winograd_loops.h, once for each instruction set.
#pragma once

#include "winograd/winograd_tile.h"

namespace cluster {
namespace {

// y = A^T m along one axis. Tiles of 2x2: A^T = [1 1 1 0; 0 1 -1 -1].
inline __attribute__((always_inline)) void output_line(const Vector (&m)[4], Vector (&y)[2]) {
    y[0] = m[0] + m[1] + m[2];
    y[1] = m[1] - m[2] - m[3];
}

// Tiles of 4x4: A^T = [1 1 1 1 1 0; 0 1 -1 2 -2 0; 0 1 1 4 4 0; 0 1 -1 8 -8 1].
inline __attribute__((always_inline)) void output_line(const Vector (&m)[6], Vector (&y)[4]) {
    const Vector sum = m[1] + m[2], difference = m[1] - m[2];
    const Vector sum_two = m[3] + m[4], difference_two = m[3] - m[4];
    y[0] = m[0] + sum + sum_two;
    y[1] = difference + difference_two * 2.0f;
    y[2] = sum + sum_two * 4.0f;
    y[3] = difference + difference_two * 8.0f + m[5];
}

template <int Edge>
void transform_output(const WinogradProblem& p, Tile<Edge> tile, int64_t tiles, const float* m, int64_t point_stride) {
    constexpr int side = Edge + 2;
    const Vector zero = {};
    for (int64_t t = 0; t < tiles; t++, tile.advance(p), m += p.outputs) {
        float* const corner = p.y + ((tile.image * p.height + tile.row) * p.width + tile.column) * p.outputs;
        const int64_t rows = p.height - tile.row, columns = p.width - tile.column;  // of the image, from here on
        for (int64_t o = 0; o < p.outputs; o += width) {
            Vector lines[Edge][side];
            const float* source = m + o;
#pragma GCC unroll 6
            for (int j = 0; j < side; j++, source += point_stride) {
                Vector column[side], transformed[Edge];
#pragma GCC unroll 6
                for (int i = 0; i < side; i++) {
                    column[i] = at(source + i * side * point_stride);
                }
                output_line(column, transformed);
#pragma GCC unroll 4
                for (int i = 0; i < Edge; i++) {
                    lines[i][j] = transformed[i];
                }
            }
            const Vector bias = p.bias == nullptr ? zero : at(p.bias + o);
            float* target = corner + o;
#pragma GCC unroll 4
            for (int i = 0; i < Edge; i++, target += p.width * p.outputs) {
                if (i >= rows) {
                    break;
                }
                Vector y[Edge];
                output_line(lines[i], y);
#pragma GCC unroll 4
                for (int j = 0; j < Edge; j++) {
                    if (j < columns) {
                        at(target + j * p.outputs) = y[j] + bias;
                    }
                }
            }
        }
    }
}

}  // namespace
}  // namespace cluster
