namespace Cluster.Kernels.Quantization.Blocks;

/// <summary>A quantized matrix: codes, scales and zero points.</summary>
/// <param name="Inputs">Weights per output.</param>
internal sealed record BlockCodes(BlockFormat Format, int Outputs, int Inputs)
{
    /// <summary>Blocks per output.</summary>
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

    /// <summary>The values that a runtime computes with, (outputs, inputs).</summary>
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

    /// <summary>The codes as bytes, two of 4 bits in one, the first in its lower half.</summary>
    /// <param name="row">Codes of an output with its padding of zeros; an even number where codes have 4 bits.</param>
    public byte[] Packed(int row)
    {
        byte[] packed = new byte[checked(Outputs * row * Format.Bits / 8)];
        for (int output = 0; output < Outputs; output++)
        {
            for (int input = 0; input < Inputs; input++)
            {
                Put(packed, (output * row) + input, Codes[(output * Inputs) + input]);
            }
        }

        return packed;
    }

    /// <summary>The zero points, packed likewise; each output starts a new byte.</summary>
    public byte[] PackedZeroPoints()
    {
        int row = Format.Bits == 8 ? Blocks : Blocks + (Blocks % 2);
        byte[] packed = new byte[checked(Outputs * row * Format.Bits / 8)];
        for (int i = 0; i < ZeroPoints.Length; i++)
        {
            Put(packed, (i / Blocks * row) + (i % Blocks), ZeroPoints[i]);
        }

        return packed;
    }

    private void Put(byte[] packed, int index, byte code) =>
        packed[index * Format.Bits / 8] |= (byte)(Format.Bits == 8 ? code : code << (index % 2 * 4));
}
