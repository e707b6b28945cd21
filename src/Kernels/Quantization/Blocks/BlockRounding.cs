using System.Numerics.Tensors;

namespace Cluster.Kernels.Quantization.Blocks;

/// <summary>Codes of a matrix by rounding to nearest.</summary>
internal static class BlockRounding
{
    /// <summary>Each weight gets the code nearest to it.</summary>
    /// <param name="weights">(outputs, inputs).</param>
    public static BlockCodes Nearest(ReadOnlyMemory<float> weights, int outputs, int inputs, BlockFormat format)
    {
        var codes = new BlockCodes(format, outputs, inputs);
        Parallel.For(0, outputs, output =>
        {
            double[] row = new double[inputs];
            TensorPrimitives.ConvertChecked(weights.Span.Slice(output * inputs, inputs), row);
            for (int first = 0; first < inputs; first += format.Block)
            {
                var block = row.AsSpan(first, Math.Min(format.Block, inputs - first));
                var grid = BlockGrid.Of(block, format.Largest);
                codes.Set(output, first / format.Block, grid);
                for (int i = 0; i < block.Length; i++)
                {
                    codes.Codes[(output * inputs) + first + i] = grid.Encode(block[i]);
                }
            }
        });
        return codes;
    }
}
