namespace Cluster.Learning.Reconstruction.Rounding;

/// <summary>
/// The numbers of <see cref="RoundingVariable"/>, one per element of the weight, padded with zeros to whole vectors. An iteration over them
/// is one pass; torch's operators and its Adam need some thirty and take four times as long.
/// </summary>
internal sealed class RoundingArrays(int count)
{
    private static readonly int Width = Vector512<float>.Count;
    private static readonly Vector512<float> One = Vector512<float>.One;

    private readonly float[] _mean = Room(count); // of the gradient of V
    private readonly float[] _square = Room(count); // of its square

    public int Count { get; } = count;

    /// <summary>floor(w / s).</summary>
    public float[] Floors { get; } = Room(count);

    public float[] Scales { get; } = Room(count);

    /// <summary>Smallest codes.</summary>
    public float[] Lows { get; } = Room(count);

    /// <summary>Largest codes.</summary>
    public float[] Highs { get; } = Room(count);

    /// <summary>The variables.</summary>
    public float[] V { get; } = Room(count);

    /// <summary>Gradient of the weights, to be filled before an iteration.</summary>
    public float[] Gradient { get; } = Room(count);

    /// <summary>s * clamp(floor + h(V), low, high).</summary>
    public float[] Weights { get; } = Room(count);

    /// <summary>Updates the weights from V.</summary>
    public void Refresh()
    {
        for (int i = 0; i < V.Length; i += Width)
        {
            Soften(i, At(V, i));
        }
    }

    /// <summary>One iteration of Adam on V, and the update of the weights.</summary>
    /// <param name="iteration">From 1.</param>
    /// <param name="lambda">Weight of sum(1 - |2h - 1|^beta).</param>
    public void Iterate(int iteration, double learningRate, float lambda, float beta)
    {
        var corrections = Adam.Corrections(iteration);
        var rate = Vector512.Create((float)(learningRate / corrections.First));
        var root = Vector512.Create((float)(1 / Math.Sqrt(corrections.Second)));
        for (int i = 0; i < V.Length; i += Width)
        {
            var v = At(V, i);
            var (h, slope) = Rectified(v);
            var code = At(Floors, i) + h;
            var isInside = Vector512.Equals(Clipped(i, code), code);
            var gradient = isInside & (At(Gradient, i) * At(Scales, i));
            if (lambda > 0)
            {
                gradient += RoundSlope(h, lambda, beta);
            }

            gradient *= slope;
            var mean = (At(_mean, i) * (float)Adam.Beta1) + (gradient * (float)(1 - Adam.Beta1));
            var square = (At(_square, i) * (float)Adam.Beta2) + (gradient * gradient * (float)(1 - Adam.Beta2));
            mean.CopyTo(_mean, i);
            square.CopyTo(_square, i);
            v -= rate * mean / ((Vector512.Sqrt(square) * root) + Vector512.Create((float)Adam.Epsilon));
            v.CopyTo(V, i);
            Soften(i, v);
        }
    }

    private static float[] Room(int count) => new float[(count + Width - 1) / Width * Width];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> At(float[] values, int index) => Vector512.LoadUnsafe(ref values[index]);

    // h(V) = clamp(1.2 sigmoid(V) - 0.1, 0, 1) and its derivative.
    private static (Vector512<float> Value, Vector512<float> Slope) Rectified(Vector512<float> v)
    {
        var sigmoid = One / (One + Vector512.Exp(-v));
        var stretched = (sigmoid * 1.2f) - Vector512.Create(0.1f);
        var h = Vector512.Min(Vector512.Max(stretched, Vector512<float>.Zero), One);
        return (h, Vector512.Equals(h, stretched) & (sigmoid * (One - sigmoid) * 1.2f));
    }

    // d/dh of lambda * (1 - |2h - 1|^beta).
    private static Vector512<float> RoundSlope(Vector512<float> h, float lambda, float beta)
    {
        var u = h + h - One;
        var power = Vector512.Exp(Vector512.Log(Vector512.Abs(u)) * (beta - 1));
        var slope = power * (2 * lambda * beta);
        return Vector512.ConditionalSelect(Vector512.GreaterThan(u, Vector512<float>.Zero), -slope, slope);
    }

    private Vector512<float> Clipped(int index, Vector512<float> code) =>
        Vector512.Min(Vector512.Max(code, At(Lows, index)), At(Highs, index));

    private void Soften(int index, Vector512<float> v) =>
        (At(Scales, index) * Clipped(index, At(Floors, index) + Rectified(v).Value)).CopyTo(Weights, index);
}
