namespace Cluster.Kernels.Weights;

/// <summary>A quantized matrix: codes, scales and zero points.</summary>
/// <param name="Inputs">Weights of an output.</param>
internal sealed record BlockCodes(BlockFormat Format, int Outputs, int Inputs)
{
    /// <summary>Blocks of an output.</summary>
    public int Blocks => Format.Blocks(Inputs);

    /// <summary>(outputs, inputs).</summary>
    public byte[] Codes { get; } = new byte[checked(Outputs * Inputs)];

    /// <summary>(outputs, blocks).</summary>
    public float[] Scales { get; } = new float[checked(Outputs * Format.Blocks(Inputs))];

    /// <summary>(outputs, blocks).</summary>
    public byte[] ZeroPoints { get; } = new byte[checked(Outputs * Format.Blocks(Inputs))];

    /// <summary>Sets the grid of a block.</summary>
    public void Set(int output, int block, BlockGrid grid)
    {
        int index = (output * Blocks) + block;
        Scales[index] = grid.Scale;
        ZeroPoints[index] = grid.ZeroPoint;
    }

    /// <summary>The numbers that a runtime computes with, (outputs, inputs).</summary>
    public float[] Decoded()
    {
        float[] weights = new float[Codes.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            int block = (i / Inputs * Blocks) + (i % Inputs / Format.Block);
            weights[i] = new BlockGrid(Scales[block], ZeroPoints[block], Format.Largest).Decode(Codes[i]);
        }

        return weights;
    }
}
