using System.Numerics.Tensors;

namespace Cluster.Kernels.Weights;

/// <summary>Second moments of a product's inputs, the sum of xᵀx over all rows x: the Hessian of its squared error, halved.</summary>
internal sealed class InputMoments(int inputs)
{
    private readonly double[][] _sums = [.. Enumerable.Range(0, inputs).Select(_ => new double[inputs])];

    /// <summary>Adds the rows of a batch; sums do not depend on the number of threads.</summary>
    /// <param name="rows">(rows, inputs).</param>
    public void Add(ReadOnlySpan<float> rows)
    {
        int count = rows.Length / inputs;
        double[] wide = new double[rows.Length];
        TensorPrimitives.ConvertChecked(rows, wide);
        Parallel.For(0, inputs, i =>
        {
            var sums = _sums[i].AsSpan(i);
            for (int row = 0; row < count; row++)
            {
                var values = wide.AsSpan((row * inputs) + i, inputs - i);
                TensorPrimitives.MultiplyAdd(values, values[0], sums, sums);
            }
        });
    }

    /// <summary>The sums, (inputs, inputs), symmetric.</summary>
    public double[][] Sums()
    {
        double[][] whole = [.. _sums.Select(row => row.ToArray())];
        for (int i = 0; i < inputs; i++)
        {
            for (int j = 0; j < i; j++)
            {
                whole[i][j] = whole[j][i];
            }
        }

        return whole;
    }
}
