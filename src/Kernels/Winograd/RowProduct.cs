namespace Cluster.Kernels.Winograd;

/// <summary>
/// (rows, depth)(depth, O) in float32: six rows and sixteen outputs at once, or twelve rows with AVX-512, whose sums stay in registers.
/// Each sum is a chain of multiply-adds in the order of depth, independent of the neighbouring rows, so that all processors have the same
/// bits. Optimized at the first call: in the runtime's first compilation tier a sum takes twelve times as long.
/// </summary>
internal static unsafe class RowProduct
{
    /// <summary>Whether it makes convolutions faster than libtorch's here: the processor has AVX2.</summary>
    public static bool Pays => Vector256.IsHardwareAccelerated;

    /// <summary>The number of rows must be a multiple of this.</summary>
    public static int Rows => Vector512.IsHardwareAccelerated ? WideRows : NarrowRows;

    /// <summary>The number of outputs must be a multiple of this.</summary>
    public const int Width = 16;

    private const int Half = Width / 2;
    private const int NarrowRows = 6;
    private const int WideRows = 12;

    /// <summary>Writes inputs * weights.</summary>
    /// <param name="weights">(depth, O).</param>
    /// <param name="sums">(rows, O).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* inputs, float* weights, float* sums, int rows, int depth, int outputs)
    {
        for (int o = 0; o < outputs; o += Width)
        {
            if (Vector512.IsHardwareAccelerated)
            {
                TwelveBySixteen(inputs, depth, weights + o, sums + o, outputs, rows);
            }
            else
            {
                SixBySixteen(inputs, depth, weights + o, sums + o, outputs, rows);
            }
        }
    }

    // Written out: the compiler unrolls no loop over registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void SixBySixteen(float* inputs, nint depth, float* weights, float* sums, nint outputs, int rows)
    {
        nint twice = 2 * depth;
        for (int row = 0; row < rows; row += NarrowRows)
        {
            float* x = inputs + (row * depth);
            float* y = x + (3 * depth);
            float* w = weights;
            Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default,
                b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default;
            for (nint left = depth; left > 0; left--, x++, y++, w += outputs)
            {
                var u = Vector256.Load(w);
                var v = Vector256.Load(w + Half);
                var x0 = Vector256.Create(x[0]);
                a0 = Vector256.FusedMultiplyAdd(x0, u, a0);
                b0 = Vector256.FusedMultiplyAdd(x0, v, b0);
                var x1 = Vector256.Create(x[depth]);
                a1 = Vector256.FusedMultiplyAdd(x1, u, a1);
                b1 = Vector256.FusedMultiplyAdd(x1, v, b1);
                var x2 = Vector256.Create(x[twice]);
                a2 = Vector256.FusedMultiplyAdd(x2, u, a2);
                b2 = Vector256.FusedMultiplyAdd(x2, v, b2);
                var x3 = Vector256.Create(y[0]);
                a3 = Vector256.FusedMultiplyAdd(x3, u, a3);
                b3 = Vector256.FusedMultiplyAdd(x3, v, b3);
                var x4 = Vector256.Create(y[depth]);
                a4 = Vector256.FusedMultiplyAdd(x4, u, a4);
                b4 = Vector256.FusedMultiplyAdd(x4, v, b4);
                var x5 = Vector256.Create(y[twice]);
                a5 = Vector256.FusedMultiplyAdd(x5, u, a5);
                b5 = Vector256.FusedMultiplyAdd(x5, v, b5);
            }

            float* sum = sums + (row * outputs);
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

    // The same sums with vectors of 512 bits: as many chains, of twice the width.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void TwelveBySixteen(float* inputs, nint depth, float* weights, float* sums, nint outputs, int rows)
    {
        nint twice = 2 * depth;
        for (int row = 0; row < rows; row += WideRows)
        {
            float* x = inputs + (row * depth);
            float* y = x + (3 * depth);
            float* z = y + (3 * depth);
            float* t = z + (3 * depth);
            float* w = weights;
            Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default,
                a6 = default, a7 = default, a8 = default, a9 = default, a10 = default, a11 = default;
            for (nint left = depth; left > 0; left--, x++, y++, z++, t++, w += outputs)
            {
                var w0 = Vector512.Load(w);
                a0 = Vector512.FusedMultiplyAdd(Vector512.Create(x[0]), w0, a0);
                a1 = Vector512.FusedMultiplyAdd(Vector512.Create(x[depth]), w0, a1);
                a2 = Vector512.FusedMultiplyAdd(Vector512.Create(x[twice]), w0, a2);
                a3 = Vector512.FusedMultiplyAdd(Vector512.Create(y[0]), w0, a3);
                a4 = Vector512.FusedMultiplyAdd(Vector512.Create(y[depth]), w0, a4);
                a5 = Vector512.FusedMultiplyAdd(Vector512.Create(y[twice]), w0, a5);
                a6 = Vector512.FusedMultiplyAdd(Vector512.Create(z[0]), w0, a6);
                a7 = Vector512.FusedMultiplyAdd(Vector512.Create(z[depth]), w0, a7);
                a8 = Vector512.FusedMultiplyAdd(Vector512.Create(z[twice]), w0, a8);
                a9 = Vector512.FusedMultiplyAdd(Vector512.Create(t[0]), w0, a9);
                a10 = Vector512.FusedMultiplyAdd(Vector512.Create(t[depth]), w0, a10);
                a11 = Vector512.FusedMultiplyAdd(Vector512.Create(t[twice]), w0, a11);
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
            sum += outputs;
            a8.Store(sum);
            sum += outputs;
            a9.Store(sum);
            sum += outputs;
            a10.Store(sum);
            sum += outputs;
            a11.Store(sum);
        }
    }
}
