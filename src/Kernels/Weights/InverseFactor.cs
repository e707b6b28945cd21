using System.Numerics.Tensors;

namespace Cluster.Kernels.Weights;

/// <summary>The upper triangular U with UᵀU = (H + damping)⁻¹, with which GPTQ compensates for errors.</summary>
internal static class InverseFactor
{
    /// <summary>Addition to the diagonal, as a share of its mean: GPTQ's published value.</summary>
    public const double Damping = 0.01;

    /// <param name="moments">Second moments of the inputs, symmetric; overwritten. The moment of an input that was always 0 is set to
    /// 1.</param>
    /// <returns>Row i starts at its element i; elements left of it are 0.</returns>
    public static double[][] Of(double[][] moments)
    {
        Damp(moments);
        Factor(moments);
        return Invert(moments);
    }

    private static void Damp(double[][] moments)
    {
        for (int i = 0; i < moments.Length; i++)
        {
            moments[i][i] = moments[i][i] > 0 ? moments[i][i] : 1;
        }

        double damping = Damping * moments.Select((row, i) => row[i]).Average();
        for (int i = 0; i < moments.Length; i++)
        {
            moments[i][i] += damping;
        }
    }

    // H = R Rᵀ with an upper triangular R, from the last column to the first. Then H⁻¹ = R⁻ᵀ R⁻¹, and R⁻¹ is U.
    private static void Factor(double[][] h)
    {
        for (int j = h.Length - 1; j >= 0; j--)
        {
            int column = j;
            double[] pivot = h[column];
            double square = pivot[column] - TensorPrimitives.SumOfSquares<double>(pivot.AsSpan(column + 1));
            if (!(square > 0))
            {
                throw new KernelException(
                    "The inputs of a product have moments that are not positive definite; give other calibration data, or round to "
                    + "nearest.");
            }

            pivot[column] = Math.Sqrt(square);
            Parallel.For(0, column, i =>
            {
                h[i][column] =
                    (h[i][column] - TensorPrimitives.Dot<double>(h[i].AsSpan(column + 1), pivot.AsSpan(column + 1))) / pivot[column];
            });
        }
    }

    private static double[][] Invert(double[][] r)
    {
        int size = r.Length;
        double[][] inverse = [.. Enumerable.Range(0, size).Select(_ => new double[size])];
        for (int i = size - 1; i >= 0; i--)
        {
            double[] row = inverse[i];
            for (int k = i + 1; k < size; k++)
            {
                TensorPrimitives.MultiplyAdd(inverse[k].AsSpan(k), r[i][k], row.AsSpan(k), row.AsSpan(k));
            }

            TensorPrimitives.Multiply(row.AsSpan(i + 1), -1 / r[i][i], row.AsSpan(i + 1));
            row[i] = 1 / r[i][i];
        }

        return inverse;
    }
}
