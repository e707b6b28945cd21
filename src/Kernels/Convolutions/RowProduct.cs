using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cluster.Kernels.Convolutions;

/// <summary>
/// (rows, depth)(depth, O) in float32: eight rows and sixteen or thirty-two outputs at once, whose sums stay in registers, or six rows with
/// 256-bit vectors. Each sum is a chain of multiply-adds in the order of depth, independent of the neighbouring rows. Optimized at the
/// first call: in the runtime's first compilation tier a sum takes twelve times as long.
/// </summary>
internal readonly unsafe struct RowProduct
{
    /// <summary>Whether it makes convolutions faster than libtorch's here: the processor has AVX2.</summary>
    public static bool Pays => Vector256.IsHardwareAccelerated;

    /// <summary>The number of rows must be a multiple of this.</summary>
    public const int Rows = 8;

    /// <summary>The number of outputs must be a multiple of this.</summary>
    public const int Width = 16;

    private const int Half = Width / 2;

    /// <summary>Elements from one row of inputs to the next: the depth if rows are dense, 1 if columns are.</summary>
    public required int RowStep { get; init; }

    /// <summary>Elements from one input to the next in its row.</summary>
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
            MultiplyBySix(inputs, weights, bias, sums, rows);
            return;
        }

        int o = 0;
        for (; o <= Outputs - (2 * Width); o += 2 * Width)
        {
            ByThirtyTwo(inputs, RowStep, DepthStep, Depth, weights + o, bias is null ? null : bias + o, sums + o, Outputs, rows);
        }

        if (o < Outputs)
        {
            BySixteen(inputs, RowStep, DepthStep, Depth, weights + o, bias is null ? null : bias + o, sums + o, Outputs, rows);
        }
    }

    /// <summary>The same, bit for bit, with 256-bit vectors.</summary>
    internal void MultiplyBySix(float* inputs, float* weights, float* bias, float* sums, int rows)
    {
        for (int o = 0; o < Outputs; o += Width)
        {
            SixBySixteen(inputs, RowStep, DepthStep, Depth, weights + o, bias is null ? null : bias + o, sums + o, Outputs, rows);
        }
    }

    // Written out for each width: the compiler unrolls no loop over registers, and generic code over ILanes would copy them in the loop.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void ByThirtyTwo(
        float* inputs, nint step, nint next, int depth, float* weights, float* bias, float* sums, nint outputs, int rows)
    {
        nint twice = 2 * step;
        nint thrice = 3 * step;
        for (nint row = 0; row < rows; row += Rows)
        {
            float* x = inputs + (row * step);
            float* y = x + (4 * step);
            float* w = weights;
            var a = bias is null ? default : Vector512.Load(bias);
            var b = bias is null ? default : Vector512.Load(bias + Width);
            Vector512<float> a0 = a, a1 = a, a2 = a, a3 = a, a4 = a, a5 = a, a6 = a, a7 = a,
                b0 = b, b1 = b, b2 = b, b3 = b, b4 = b, b5 = b, b6 = b, b7 = b;
            for (int left = depth; left > 0; left--, x += next, y += next, w += outputs)
            {
                var u = Vector512.Load(w);
                var v = Vector512.Load(w + Width);
                var x0 = Vector512.Create(x[0]);
                a0 = Vector512.FusedMultiplyAdd(x0, u, a0);
                b0 = Vector512.FusedMultiplyAdd(x0, v, b0);
                var x1 = Vector512.Create(x[step]);
                a1 = Vector512.FusedMultiplyAdd(x1, u, a1);
                b1 = Vector512.FusedMultiplyAdd(x1, v, b1);
                var x2 = Vector512.Create(x[twice]);
                a2 = Vector512.FusedMultiplyAdd(x2, u, a2);
                b2 = Vector512.FusedMultiplyAdd(x2, v, b2);
                var x3 = Vector512.Create(x[thrice]);
                a3 = Vector512.FusedMultiplyAdd(x3, u, a3);
                b3 = Vector512.FusedMultiplyAdd(x3, v, b3);
                var x4 = Vector512.Create(y[0]);
                a4 = Vector512.FusedMultiplyAdd(x4, u, a4);
                b4 = Vector512.FusedMultiplyAdd(x4, v, b4);
                var x5 = Vector512.Create(y[step]);
                a5 = Vector512.FusedMultiplyAdd(x5, u, a5);
                b5 = Vector512.FusedMultiplyAdd(x5, v, b5);
                var x6 = Vector512.Create(y[twice]);
                a6 = Vector512.FusedMultiplyAdd(x6, u, a6);
                b6 = Vector512.FusedMultiplyAdd(x6, v, b6);
                var x7 = Vector512.Create(y[thrice]);
                a7 = Vector512.FusedMultiplyAdd(x7, u, a7);
                b7 = Vector512.FusedMultiplyAdd(x7, v, b7);
            }

            float* sum = sums + (row * outputs);
            a0.Store(sum);
            b0.Store(sum + Width);
            sum += outputs;
            a1.Store(sum);
            b1.Store(sum + Width);
            sum += outputs;
            a2.Store(sum);
            b2.Store(sum + Width);
            sum += outputs;
            a3.Store(sum);
            b3.Store(sum + Width);
            sum += outputs;
            a4.Store(sum);
            b4.Store(sum + Width);
            sum += outputs;
            a5.Store(sum);
            b5.Store(sum + Width);
            sum += outputs;
            a6.Store(sum);
            b6.Store(sum + Width);
            sum += outputs;
            a7.Store(sum);
            b7.Store(sum + Width);
        }
    }

    // The same for half as many outputs.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void BySixteen(
        float* inputs, nint step, nint next, int depth, float* weights, float* bias, float* sums, nint outputs, int rows)
    {
        nint twice = 2 * step;
        nint thrice = 3 * step;
        for (nint row = 0; row < rows; row += Rows)
        {
            float* x = inputs + (row * step);
            float* y = x + (4 * step);
            float* w = weights;
            var a = bias is null ? default : Vector512.Load(bias);
            Vector512<float> a0 = a, a1 = a, a2 = a, a3 = a, a4 = a, a5 = a, a6 = a, a7 = a;
            for (int left = depth; left > 0; left--, x += next, y += next, w += outputs)
            {
                var u = Vector512.Load(w);
                var x0 = Vector512.Create(x[0]);
                a0 = Vector512.FusedMultiplyAdd(x0, u, a0);
                var x1 = Vector512.Create(x[step]);
                a1 = Vector512.FusedMultiplyAdd(x1, u, a1);
                var x2 = Vector512.Create(x[twice]);
                a2 = Vector512.FusedMultiplyAdd(x2, u, a2);
                var x3 = Vector512.Create(x[thrice]);
                a3 = Vector512.FusedMultiplyAdd(x3, u, a3);
                var x4 = Vector512.Create(y[0]);
                a4 = Vector512.FusedMultiplyAdd(x4, u, a4);
                var x5 = Vector512.Create(y[step]);
                a5 = Vector512.FusedMultiplyAdd(x5, u, a5);
                var x6 = Vector512.Create(y[twice]);
                a6 = Vector512.FusedMultiplyAdd(x6, u, a6);
                var x7 = Vector512.Create(y[thrice]);
                a7 = Vector512.FusedMultiplyAdd(x7, u, a7);
            }

            float* sum = sums + (row * outputs);
            a0.Store(sum);
            sum += outputs;
            a1.Store(sum);
            sum += outputs;
            a2.Store(sum);
            sum += outputs;
            a3.Store(sum);
            sum += outputs;
            a4.Store(sum);
            sum += outputs;
            a5.Store(sum);
            sum += outputs;
            a6.Store(sum);
            sum += outputs;
            a7.Store(sum);
        }
    }

    // Twelve sums: two multiply-adds start per cycle, and each takes four or five cycles.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void SixBySixteen(
        float* inputs, nint step, nint next, int depth, float* weights, float* bias, float* sums, nint outputs, int rows)
    {
        nint twice = 2 * step;
        const int Together = 6;
        for (int row = 0; row < rows; row += Together)
        {
            // The last rows may be computed twice.
            nint first = Math.Min(row, rows - Together);
            float* x = inputs + (first * step);
            float* y = x + (3 * step);
            float* w = weights;
            var a = bias is null ? default : Vector256.Load(bias);
            var b = bias is null ? default : Vector256.Load(bias + Half);
            Vector256<float> a0 = a, a1 = a, a2 = a, a3 = a, a4 = a, a5 = a,
                b0 = b, b1 = b, b2 = b, b3 = b, b4 = b, b5 = b;
            for (int left = depth; left > 0; left--, x += next, y += next, w += outputs)
            {
                var u = Vector256.Load(w);
                var v = Vector256.Load(w + Half);
                var x0 = Vector256.Create(x[0]);
                a0 = Vector256.FusedMultiplyAdd(x0, u, a0);
                b0 = Vector256.FusedMultiplyAdd(x0, v, b0);
                var x1 = Vector256.Create(x[step]);
                a1 = Vector256.FusedMultiplyAdd(x1, u, a1);
                b1 = Vector256.FusedMultiplyAdd(x1, v, b1);
                var x2 = Vector256.Create(x[twice]);
                a2 = Vector256.FusedMultiplyAdd(x2, u, a2);
                b2 = Vector256.FusedMultiplyAdd(x2, v, b2);
                var x3 = Vector256.Create(y[0]);
                a3 = Vector256.FusedMultiplyAdd(x3, u, a3);
                b3 = Vector256.FusedMultiplyAdd(x3, v, b3);
                var x4 = Vector256.Create(y[step]);
                a4 = Vector256.FusedMultiplyAdd(x4, u, a4);
                b4 = Vector256.FusedMultiplyAdd(x4, v, b4);
                var x5 = Vector256.Create(y[twice]);
                a5 = Vector256.FusedMultiplyAdd(x5, u, a5);
                b5 = Vector256.FusedMultiplyAdd(x5, v, b5);
            }

            float* sum = sums + (first * outputs);
            a0.Store(sum);
            b0.Store(sum + Half);
            sum += outputs;
            a1.Store(sum);
            b1.Store(sum + Half);
            sum += outputs;
            a2.Store(sum);
            b2.Store(sum + Half);
            sum += outputs;
            a3.Store(sum);
            b3.Store(sum + Half);
            sum += outputs;
            a4.Store(sum);
            b4.Store(sum + Half);
            sum += outputs;
            a5.Store(sum);
            b5.Store(sum + Half);
        }
    }
}
