namespace Cluster.Kernels.LayerErrors;

/// <summary>
/// The sums behind the measures of <see cref="TensorErrors"/>, in double, over elements, so that tensors and batches can be added.
/// </summary>
/// <param name="Count">Elements n.</param>
/// <param name="Absolute">Σ|a − q|</param>
/// <param name="Squared">Σ(a − q)²</param>
/// <param name="Signal">Σa²</param>
/// <param name="Candidate">Σq²</param>
/// <param name="Product">Σaq</param>
internal readonly record struct ErrorSums(long Count, double Absolute, double Squared, double Signal, double Candidate, double Product)
{
    /// <summary>The sums of one tensor.</summary>
    /// <param name="exact">The expected values, a.</param>
    /// <param name="found">The actual values, q, in the same order.</param>
    /// <exception cref="KernelException">Their numbers of elements differ.</exception>
    public static ErrorSums Of(ReadOnlySpan<float> exact, ReadOnlySpan<float> found)
    {
        if (exact.Length != found.Length)
        {
            throw new KernelException($"{exact.Length} and {found.Length} elements cannot be compared; both must be of the same tensor.");
        }

        double absolute = 0;
        double squared = 0;
        double signal = 0;
        double candidate = 0;
        double product = 0;
        for (int i = 0; i < exact.Length; i++)
        {
            double a = exact[i];
            double q = found[i];
            double error = a - q;
            absolute += Math.Abs(error);
            squared += error * error;
            signal += a * a;
            candidate += q * q;
            product += a * q;
        }

        return new ErrorSums(exact.Length, absolute, squared, signal, candidate, product);
    }

    /// <summary>The sums over the elements of both.</summary>
    public static ErrorSums operator +(ErrorSums x, ErrorSums y) => new(
        x.Count + y.Count,
        x.Absolute + y.Absolute,
        x.Squared + y.Squared,
        x.Signal + y.Signal,
        x.Candidate + y.Candidate,
        x.Product + y.Product);

    /// <summary>The measures over all elements; null if there are none.</summary>
    public TensorErrors? Errors() => Count == 0
        ? null
        : new TensorErrors(
            Squared / Count,
            Absolute / Count,
            Signal > 0 && Candidate > 0 ? Math.Clamp(Product / (Math.Sqrt(Signal) * Math.Sqrt(Candidate)), -1, 1) : null,
            Squared > 0 && Signal > 0 ? 10 * Math.Log10(Signal / Squared) : null);
}
