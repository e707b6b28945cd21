namespace Cluster.Kernels.Quantization.Blocks;

/// <summary>
/// Weights as unsigned codes, with a scale and a zero point for each block of consecutive inputs of an output, and activations in float:
/// the format of ONNX Runtime's MatMulNBits.
/// </summary>
public sealed record BlockFormat
{
    /// <summary>The smallest block of MatMulNBits.</summary>
    public const int SmallestBlock = 16;

    /// <param name="bits">Bits of a code: 4 or 8.</param>
    /// <param name="block">Weights that share a scale: a power of two from 16 to 256.</param>
    /// <exception cref="KernelException">A number is not one of these.</exception>
    public BlockFormat(int bits, int block)
    {
        if (bits is not (4 or 8) || block is < SmallestBlock or > 256 || !int.IsPow2(block))
        {
            throw new KernelException(
                $"Weights of {bits} bits in blocks of {block} are not possible; 4 or 8 bits in blocks of 16, 32, 64, 128 or 256 are "
                + "expected.");
        }

        Bits = bits;
        Block = block;
    }

    /// <summary>Bits of a code.</summary>
    public int Bits { get; }

    /// <summary>Weights that share a scale.</summary>
    public int Block { get; }

    /// <summary>The largest code.</summary>
    public int Largest => (1 << Bits) - 1;

    /// <summary>The same format, with a smaller block if an output has so few inputs that the block would only be padded.</summary>
    public BlockFormat For(int inputs)
    {
        int block = Block;
        while (block > SmallestBlock && block / 2 >= inputs)
        {
            block /= 2;
        }

        return block == Block ? this : new BlockFormat(Bits, block);
    }

    /// <summary>Blocks of an output; the last may be padded.</summary>
    public int Blocks(int inputs) => (inputs + Block - 1) / Block;
}
