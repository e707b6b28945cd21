using System.Runtime.Intrinsics;

namespace Cluster.Kernels.Tensors;

/// <summary>Products of eight rows of inputs (8, C) with a panel of weights (C, 16 or 32), whose sums stay in registers.</summary>
internal static unsafe class WinogradProduct
{
    private const int Width = 16;

    /// <summary>Thirty-two outputs.</summary>
    public static void EightByTwo(float* inputs, float* weights, float* sums, nint channels, nint outputs)
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default,
            b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default, b6 = default, b7 = default;
        float* end = inputs + channels;
        for (; inputs < end; inputs++, weights += outputs)
        {
            var first = Vector512.Load(weights);
            var second = Vector512.Load(weights + Width);
            float* row = inputs;
            var x0 = Vector512.Create(*row);
            a0 = Vector512.FusedMultiplyAdd(x0, first, a0);
            b0 = Vector512.FusedMultiplyAdd(x0, second, b0);
            row += channels;
            var x1 = Vector512.Create(*row);
            a1 = Vector512.FusedMultiplyAdd(x1, first, a1);
            b1 = Vector512.FusedMultiplyAdd(x1, second, b1);
            row += channels;
            var x2 = Vector512.Create(*row);
            a2 = Vector512.FusedMultiplyAdd(x2, first, a2);
            b2 = Vector512.FusedMultiplyAdd(x2, second, b2);
            row += channels;
            var x3 = Vector512.Create(*row);
            a3 = Vector512.FusedMultiplyAdd(x3, first, a3);
            b3 = Vector512.FusedMultiplyAdd(x3, second, b3);
            row += channels;
            var x4 = Vector512.Create(*row);
            a4 = Vector512.FusedMultiplyAdd(x4, first, a4);
            b4 = Vector512.FusedMultiplyAdd(x4, second, b4);
            row += channels;
            var x5 = Vector512.Create(*row);
            a5 = Vector512.FusedMultiplyAdd(x5, first, a5);
            b5 = Vector512.FusedMultiplyAdd(x5, second, b5);
            row += channels;
            var x6 = Vector512.Create(*row);
            a6 = Vector512.FusedMultiplyAdd(x6, first, a6);
            b6 = Vector512.FusedMultiplyAdd(x6, second, b6);
            row += channels;
            var x7 = Vector512.Create(*row);
            a7 = Vector512.FusedMultiplyAdd(x7, first, a7);
            b7 = Vector512.FusedMultiplyAdd(x7, second, b7);
        }

        a0.Store(sums);
        b0.Store(sums + Width);
        sums += outputs;
        a1.Store(sums);
        b1.Store(sums + Width);
        sums += outputs;
        a2.Store(sums);
        b2.Store(sums + Width);
        sums += outputs;
        a3.Store(sums);
        b3.Store(sums + Width);
        sums += outputs;
        a4.Store(sums);
        b4.Store(sums + Width);
        sums += outputs;
        a5.Store(sums);
        b5.Store(sums + Width);
        sums += outputs;
        a6.Store(sums);
        b6.Store(sums + Width);
        sums += outputs;
        a7.Store(sums);
        b7.Store(sums + Width);
    }

    /// <summary>Sixteen outputs.</summary>
    public static void EightByOne(float* inputs, float* weights, float* sums, nint channels, nint outputs)
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        float* end = inputs + channels;
        for (; inputs < end; inputs++, weights += outputs)
        {
            var first = Vector512.Load(weights);
            float* row = inputs;
            var x0 = Vector512.Create(*row);
            a0 = Vector512.FusedMultiplyAdd(x0, first, a0);
            row += channels;
            var x1 = Vector512.Create(*row);
            a1 = Vector512.FusedMultiplyAdd(x1, first, a1);
            row += channels;
            var x2 = Vector512.Create(*row);
            a2 = Vector512.FusedMultiplyAdd(x2, first, a2);
            row += channels;
            var x3 = Vector512.Create(*row);
            a3 = Vector512.FusedMultiplyAdd(x3, first, a3);
            row += channels;
            var x4 = Vector512.Create(*row);
            a4 = Vector512.FusedMultiplyAdd(x4, first, a4);
            row += channels;
            var x5 = Vector512.Create(*row);
            a5 = Vector512.FusedMultiplyAdd(x5, first, a5);
            row += channels;
            var x6 = Vector512.Create(*row);
            a6 = Vector512.FusedMultiplyAdd(x6, first, a6);
            row += channels;
            var x7 = Vector512.Create(*row);
            a7 = Vector512.FusedMultiplyAdd(x7, first, a7);
        }

        a0.Store(sums);
        sums += outputs;
        a1.Store(sums);
        sums += outputs;
        a2.Store(sums);
        sums += outputs;
        a3.Store(sums);
        sums += outputs;
        a4.Store(sums);
        sums += outputs;
        a5.Store(sums);
        sums += outputs;
        a6.Store(sums);
        sums += outputs;
        a7.Store(sums);
    }
}
