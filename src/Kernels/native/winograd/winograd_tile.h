// Vectors of CK_WIDTH floats, and where a tile lies. Included by winograd_loops.h, once for each instruction set.
#pragma once

#include "winograd/winograd_block.h"

namespace cluster {
namespace {

constexpr int64_t width = CK_WIDTH;

// Tensors need not be aligned to a whole vector, and are read as what they are: floats.
typedef float Vector __attribute__((vector_size(CK_WIDTH * 4), aligned(4), may_alias));

inline __attribute__((always_inline)) const Vector& at(const float* p) { return *reinterpret_cast<const Vector*>(p); }
inline __attribute__((always_inline)) Vector& at(float* p) { return *reinterpret_cast<Vector*>(p); }

// The tiles of a batch, one after the other.
template <int Edge>
struct Tile {
    int64_t image;
    int64_t row;  // of the output, a multiple of Edge
    int64_t column;

    Tile(const WinogradProblem& p, int64_t number) {
        const int64_t across = (p.width + Edge - 1) / Edge;
        const int64_t down = (p.height + Edge - 1) / Edge;
        image = number / (across * down);
        row = Edge * (number / across % down);
        column = Edge * (number % across);
    }

    void advance(const WinogradProblem& p) {
        column += Edge;
        if (column < p.width) {
            return;
        }
        column = 0;
        row += Edge;
        if (row >= p.height) {
            row = 0;
            image++;
        }
    }
};

}  // namespace
}  // namespace cluster
