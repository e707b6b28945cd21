using System.Numerics.Tensors;

namespace Cluster.Reproductions.Integer;

/// <summary>
/// A convolution without padding, or a product as one of a window over everything: int32 sums of (code - zero point) ·
/// weight and a bias of the same scale, then one multiplication and a shift to the next tensor's codes.
/// </summary>
/// <param name="Window">Of the input.</param>
/// <param name="Weights">By output: codes less zero points, (channels, size, size).</param>
/// <param name="Biases">By output, in the scale of the sums.</param>
/// <param name="InputZero">Zero point of the input.</param>
/// <param name="Factors">By output: input scale · weight scale / output scale.</param>
/// <param name="OutputZero">Zero point of the output.</param>
/// <param name="Low">The least code: the zero point where a ReLU follows.</param>
/// <param name="High">The greatest.</param>
internal sealed record IntegerProduct(
    List<string> Tensors,
    Window Window,
    int[][] Weights,
    int[] Biases,
    int InputZero,
    FixedPointMultiplier[] Factors,
    int OutputZero,
    int Low,
    int High) : IntegerStep(Tensors)
{
    public override int[] Run(int[] codes)
    {
        int positions = Window.Positions;
        int[] output = new int[Weights.Length * positions];
        int[] seen = new int[Weights[0].Length];
        for (int position = 0; position < positions; position++)
        {
            Gather(codes, position, seen);
            for (int channel = 0; channel < Weights.Length; channel++)
            {
                int sum = TensorPrimitives.Dot<int>(seen, Weights[channel]) + Biases[channel];
                output[(channel * positions) + position] = Math.Clamp(Factors[channel].Apply(sum) + OutputZero, Low, High);
            }
        }

        return output;
    }

    private void Gather(int[] codes, int position, int[] seen)
    {
        int start = Window.Start(position);
        int size = Window.Size;
        for (int row = 0; row < Window.Channels * size; row++)
        {
            int from = (row / size * Window.Height * Window.Width) + (row % size * Window.Width) + start;
            for (int column = 0; column < size; column++)
            {
                seen[(row * size) + column] = codes[from + column] - InputZero;
            }
        }
    }
}

/// <summary>The largest code of each window; codes of one scale are in the order of their numbers.</summary>
internal sealed record IntegerPooling(List<string> Tensors, Window Window) : IntegerStep(Tensors)
{
    public override int[] Run(int[] codes)
    {
        int positions = Window.Positions;
        int[] output = new int[Window.Channels * positions];
        for (int i = 0; i < output.Length; i++)
        {
            int start = (i / positions * Window.Height * Window.Width) + Window.Start(i % positions);
            int largest = int.MinValue;
            for (int element = 0; element < Window.Size * Window.Size; element++)
            {
                largest = Math.Max(largest, codes[start + (element / Window.Size * Window.Width) + (element % Window.Size)]);
            }

            output[i] = largest;
        }

        return output;
    }
}
