using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cluster.Kernels.Convolutions;

/// <summary>
/// Transforms 3x3 filters to the points of F(2, 3) and back, sixteen at once in float32, for weights that change from call to call.
/// <see cref="WinogradWeights"/> is for constant ones.
/// </summary>
internal static unsafe class WinogradFilters
{
    private const int Width = RowProduct.Width;
    private const int Taps = 9;

    /// <summary>U = G g G^T.</summary>
    /// <param name="weight">(O, C, 3, 3).</param>
    /// <param name="turned">For the gradient of the image: filters rotated by 180 degrees, from O channels to C.</param>
    /// <param name="u">(16, C, O), or (16, O, C) for the gradient.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transform(float* weight, int outputs, int inputs, bool turned, float* u)
    {
        var half = Vector512.Create(0.5f);
        float* filters = stackalloc float[Taps * Width];
        float* columns = stackalloc float[12 * Width];
        var (rows, lanes) = turned ? (outputs, inputs) : (inputs, outputs);
        int ofRow = turned ? Taps * inputs : Taps;
        int ofLane = turned ? Taps : Taps * inputs;
        nint ofPoint = (nint)rows * lanes;
        for (int row = 0; row < rows; row++)
        {
            for (int lane = 0; lane < lanes; lane += Width, u += Width)
            {
                for (int l = 0; l < Width; l++)
                {
                    float* filter = weight + ((nint)row * ofRow) + ((nint)(lane + l) * ofLane);
                    for (int k = 0; k < Taps; k++)
                    {
                        filters[(k * Width) + l] = filter[turned ? Taps - 1 - k : k];
                    }
                }

                for (int i = 0; i < 3; i++)
                {
                    Spread(filters + (i * Width), 3 * Width, columns + (i * Width), 3 * Width, half);
                }

                for (int i = 0; i < 4; i++)
                {
                    Spread(columns + (i * 3 * Width), Width, u + (i * 4 * ofPoint), ofPoint, half);
                }
            }
        }
    }

    /// <summary>dg = G^T dU G.</summary>
    /// <param name="u">(16, C, O).</param>
    /// <param name="gradient">(O, C, 3, 3).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gather(float* u, int outputs, int inputs, float* gradient)
    {
        var half = Vector512.Create(0.5f);
        float* filters = stackalloc float[Taps * Width];
        float* columns = stackalloc float[12 * Width];
        nint ofPoint = (nint)inputs * outputs;
        for (int input = 0; input < inputs; input++)
        {
            for (int output = 0; output < outputs; output += Width, u += Width)
            {
                for (int i = 0; i < 4; i++)
                {
                    Collect(u + (i * ofPoint), 4 * ofPoint, columns + (i * Width), 4 * Width, half);
                }

                for (int i = 0; i < 3; i++)
                {
                    Collect(columns + (i * 4 * Width), Width, filters + (i * 3 * Width), Width, half);
                }

                for (int l = 0; l < Width; l++)
                {
                    float* filter = gradient + ((((nint)(output + l) * inputs) + input) * Taps);
                    for (int k = 0; k < Taps; k++)
                    {
                        filter[k] = filters[(k * Width) + l];
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Spread(float* g, nint step, float* u, nint next, Vector512<float> half)
    {
        var (g0, g1, g2) = (Vector512.Load(g), Vector512.Load(g + step), Vector512.Load(g + (2 * step)));
        var sum = g0 + g2;
        g0.Store(u);
        ((sum + g1) * half).Store(u + next);
        ((sum - g1) * half).Store(u + (2 * next));
        g2.Store(u + (3 * next));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Collect(float* u, nint step, float* g, nint next, Vector512<float> half)
    {
        var (u0, u1) = (Vector512.Load(u), Vector512.Load(u + step));
        var (u2, u3) = (Vector512.Load(u + (2 * step)), Vector512.Load(u + (3 * step)));
        var sum = (u1 + u2) * half;
        (u0 + sum).Store(g);
        ((u1 - u2) * half).Store(g + next);
        (sum + u3).Store(g + (2 * next));
    }
}
