using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cluster.Kernels.Convolutions;

/// <summary>
/// (rows, depth)(depth, O) in float32: eight rows and sixteen or thirty-two outputs at once, whose sums stay in registers, or four rows
/// where vectors have 256 bits. Each sum is a chain of multiply-adds in the order of depth, whatever rows stand around it. Compiled for
/// good at the first call: as the runtime compiles at first, a sum takes twelve times as long.
/// </summary>
internal readonly unsafe struct RowProduct
{
    /// <summary>Whether convolutions by it are faster than libtorch's here: the processor has AVX2.</summary>
    public static bool Pays => Vector256.IsHardwareAccelerated;

    /// <summary>Rows come in multiples of this.</summary>
    public const int Rows = 8;

    /// <summary>Outputs come in multiples of this.</summary>
    public const int Width = 16;

    private const int Half = Width / 2;

    /// <summary>Elements from a row of inputs to the next: the depth where rows are dense, 1 where columns are.</summary>
    public required int RowStep { get; init; }

    /// <summary>Elements from an input to the next of its row.</summary>
    public required int DepthStep { get; init; }

    public required int Depth { get; init; }

    public required int Outputs { get; init; }

    /// <summary>A product of dense rows.</summary>
    public static RowProduct Dense(int depth, int outputs) =>
        new() { RowStep = depth, DepthStep = 1, Depth = depth, Outputs = outputs };

    /// <summary>Writes bias + inputs * weights.</summary>
    /// <param name="weights">(depth, O).</param>
    /// <param name="bias">(O), or null for none.</param>
    /// <param name="sums">(rows, O).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Multiply(float* inputs, float* weights, float* bias, float* sums, int rows)
    {
        if (!Vector512.IsHardwareAccelerated)
        {
            MultiplyByFour(inputs, weights, bias, sums, rows);
            return;
        }

        int o = 0;
        for (; o <= Outputs - (2 * Width); o += 2 * Width)
        {
            var a = bias is null ? default : Vector512.Load(bias + o);
            var b = bias is null ? default : Vector512.Load(bias + o + Width);
            for (long row = 0; row < rows; row += Rows)
            {
                ByThirtyTwo(
                    inputs + (row * RowStep), RowStep, DepthStep, Depth, weights + o, sums + (row * Outputs) + o, Outputs, a, b);
            }
        }

        for (long row = 0; o < Outputs && row < rows; row += Rows)
        {
            var a = bias is null ? default : Vector512.Load(bias + o);
            BySixteen(inputs + (row * RowStep), RowStep, DepthStep, Depth, weights + o, sums + (row * Outputs) + o, Outputs, a);
        }
    }

    /// <summary>The same, bit for bit, with vectors of 256 bits.</summary>
    internal void MultiplyByFour(float* inputs, float* weights, float* bias, float* sums, int rows)
    {
        for (int o = 0; o < Outputs; o += Width)
        {
            for (long row = 0; row < rows; row += Rows / 2)
            {
                FourBySixteen(
                    inputs + (row * RowStep), RowStep, DepthStep, Depth, weights + o, bias is null ? null : bias + o,
                    sums + (row * Outputs) + o, Outputs);
            }
        }
    }

    // Written out, as the compiler unrolls no loop over registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void ByThirtyTwo(
        float* inputs, nint step, nint next, int depth, float* weights, float* sums, nint outputs, Vector512<float> a, Vector512<float> b)
    {
        Vector512<float> a0 = a, a1 = a, a2 = a, a3 = a, a4 = a, a5 = a, a6 = a, a7 = a,
            b0 = b, b1 = b, b2 = b, b3 = b, b4 = b, b5 = b, b6 = b, b7 = b;
        for (; depth > 0; depth--, inputs += next, weights += outputs)
        {
            var first = Vector512.Load(weights);
            var second = Vector512.Load(weights + Width);
            float* row = inputs;
            var x0 = Vector512.Create(*row);
            a0 = Vector512.FusedMultiplyAdd(x0, first, a0);
            b0 = Vector512.FusedMultiplyAdd(x0, second, b0);
            row += step;
            var x1 = Vector512.Create(*row);
            a1 = Vector512.FusedMultiplyAdd(x1, first, a1);
            b1 = Vector512.FusedMultiplyAdd(x1, second, b1);
            row += step;
            var x2 = Vector512.Create(*row);
            a2 = Vector512.FusedMultiplyAdd(x2, first, a2);
            b2 = Vector512.FusedMultiplyAdd(x2, second, b2);
            row += step;
            var x3 = Vector512.Create(*row);
            a3 = Vector512.FusedMultiplyAdd(x3, first, a3);
            b3 = Vector512.FusedMultiplyAdd(x3, second, b3);
            row += step;
            var x4 = Vector512.Create(*row);
            a4 = Vector512.FusedMultiplyAdd(x4, first, a4);
            b4 = Vector512.FusedMultiplyAdd(x4, second, b4);
            row += step;
            var x5 = Vector512.Create(*row);
            a5 = Vector512.FusedMultiplyAdd(x5, first, a5);
            b5 = Vector512.FusedMultiplyAdd(x5, second, b5);
            row += step;
            var x6 = Vector512.Create(*row);
            a6 = Vector512.FusedMultiplyAdd(x6, first, a6);
            b6 = Vector512.FusedMultiplyAdd(x6, second, b6);
            row += step;
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

    // The same for half as many outputs.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void BySixteen(
        float* inputs, nint step, nint next, int depth, float* weights, float* sums, nint outputs, Vector512<float> a)
    {
        Vector512<float> a0 = a, a1 = a, a2 = a, a3 = a, a4 = a, a5 = a, a6 = a, a7 = a;
        for (; depth > 0; depth--, inputs += next, weights += outputs)
        {
            var first = Vector512.Load(weights);
            float* row = inputs;
            var x0 = Vector512.Create(*row);
            a0 = Vector512.FusedMultiplyAdd(x0, first, a0);
            row += step;
            var x1 = Vector512.Create(*row);
            a1 = Vector512.FusedMultiplyAdd(x1, first, a1);
            row += step;
            var x2 = Vector512.Create(*row);
            a2 = Vector512.FusedMultiplyAdd(x2, first, a2);
            row += step;
            var x3 = Vector512.Create(*row);
            a3 = Vector512.FusedMultiplyAdd(x3, first, a3);
            row += step;
            var x4 = Vector512.Create(*row);
            a4 = Vector512.FusedMultiplyAdd(x4, first, a4);
            row += step;
            var x5 = Vector512.Create(*row);
            a5 = Vector512.FusedMultiplyAdd(x5, first, a5);
            row += step;
            var x6 = Vector512.Create(*row);
            a6 = Vector512.FusedMultiplyAdd(x6, first, a6);
            row += step;
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void FourBySixteen(
        float* inputs, nint step, nint next, int depth, float* weights, float* bias, float* sums, nint outputs)
    {
        var a = bias is null ? default : Vector256.Load(bias);
        var b = bias is null ? default : Vector256.Load(bias + Half);
        Vector256<float> a0 = a, a1 = a, a2 = a, a3 = a, b0 = b, b1 = b, b2 = b, b3 = b;
        nint twice = 2 * step;
        nint thrice = 3 * step;
        for (; depth > 0; depth--, inputs += next, weights += outputs)
        {
            var first = Vector256.Load(weights);
            var second = Vector256.Load(weights + Half);
            var x0 = Vector256.Create(inputs[0]);
            a0 = Vector256.FusedMultiplyAdd(x0, first, a0);
            b0 = Vector256.FusedMultiplyAdd(x0, second, b0);
            var x1 = Vector256.Create(inputs[step]);
            a1 = Vector256.FusedMultiplyAdd(x1, first, a1);
            b1 = Vector256.FusedMultiplyAdd(x1, second, b1);
            var x2 = Vector256.Create(inputs[twice]);
            a2 = Vector256.FusedMultiplyAdd(x2, first, a2);
            b2 = Vector256.FusedMultiplyAdd(x2, second, b2);
            var x3 = Vector256.Create(inputs[thrice]);
            a3 = Vector256.FusedMultiplyAdd(x3, first, a3);
            b3 = Vector256.FusedMultiplyAdd(x3, second, b3);
        }

        a0.Store(sums);
        b0.Store(sums + Half);
        sums += outputs;
        a1.Store(sums);
        b1.Store(sums + Half);
        sums += outputs;
        a2.Store(sums);
        b2.Store(sums + Half);
        sums += outputs;
        a3.Store(sums);
        b3.Store(sums + Half);
    }
}
