using System.Numerics.Tensors;

namespace Cluster.Kernels.Quantization.Blocks;

/// <summary>Codes of a matrix, by rounding to nearest or by GPTQ (Frantar et al., ICLR 2023).</summary>
internal static class BlockRounding
{
    /// <summary>Each weight gets the code nearest to it.</summary>
    /// <param name="weights">(outputs, inputs).</param>
    public static BlockCodes Nearest(ReadOnlyMemory<float> weights, int outputs, int inputs, BlockFormat format) =>
        Round(weights, outputs, inputs, format, null);

    /// <summary>
    /// Each weight gets the nearest code, in the order of the inputs, and later weights compensate for the error so that the outputs'
    /// squared error on the calibration data is least: after weight i with the error e = (w_i - q_i) / U_ii, w_j -= e * U_ij for j > i. A
    /// block's grid is chosen when its first weight is reached.
    /// </summary>
    /// <param name="weights">(outputs, inputs).</param>
    /// <param name="factor">U, upper triangular with UᵀU = H⁻¹, of the inputs' damped second moments H.</param>
    public static BlockCodes Gptq(ReadOnlyMemory<float> weights, int outputs, int inputs, BlockFormat format, double[][] factor) =>
        Round(weights, outputs, inputs, format, factor);

    // Outputs do not depend on each other.
    private static BlockCodes Round(
        ReadOnlyMemory<float> weights, int outputs, int inputs, BlockFormat format, double[][]? factor)
    {
        var codes = new BlockCodes(format, outputs, inputs);
        Parallel.For(0, outputs, output =>
        {
            double[] row = new double[inputs];
            TensorPrimitives.ConvertChecked(weights.Span.Slice(output * inputs, inputs), row);
            Round(row, output, codes, factor);
        });
        return codes;
    }

    private static void Round(double[] row, int output, BlockCodes codes, double[][]? factor)
    {
        int block = codes.Format.Block;
        var grid = default(BlockGrid);
        for (int i = 0; i < row.Length; i++)
        {
            if (i % block == 0)
            {
                grid = BlockGrid.Of(row.AsSpan(i, Math.Min(block, row.Length - i)), codes.Format.Largest);
                codes.Set(output, i / block, grid);
            }

            byte code = grid.Encode(row[i]);
            codes.Codes[(output * row.Length) + i] = code;
            if (factor is not null)
            {
                double error = (row[i] - grid.Decode(code)) / factor[i][i];
                var rest = row.AsSpan(i + 1);
                TensorPrimitives.MultiplyAdd(factor[i].AsSpan(i + 1), -error, rest, rest);
            }
        }
    }
}
