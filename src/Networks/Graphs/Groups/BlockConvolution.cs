namespace Cluster.Networks.Graphs.Groups;

/// <summary>
/// A ConvTranspose as a convolution of stride 1, for which runtimes have integer kernels: every input point gives a block of output points
/// side by side in the channels, and then each block is moved to its place. With stride s, kernel k and pads that begin with p, an output
/// at s q + r is the sum over d of x[q + d] w[r + p - s d], where 0 &lt;= r + p - s d &lt; k; so the convolution's kernel is as wide as
/// there are d, and zero beyond that. Where stride and kernel are equal it has one point.
/// </summary>
internal sealed class BlockConvolution
{
    private readonly Axis[] _axes;

    private BlockConvolution(Axis[] axes, int inputs, int outputs)
    {
        _axes = axes;
        Inputs = inputs;
        Outputs = outputs;
    }

    /// <summary>Channels that it reads.</summary>
    public int Inputs { get; }

    /// <summary>Channels of the ConvTranspose.</summary>
    public int Outputs { get; }

    /// <summary>Rows and columns of a block: the strides of the ConvTranspose.</summary>
    public (int Rows, int Columns) Block => (_axes[0].Stride, _axes[1].Stride);

    /// <summary>Shape of the convolution's weight: (rows · columns of a block · outputs, inputs, kernel).</summary>
    public long[] Shape => [Points * Outputs, Inputs, _axes[0].Taps, _axes[1].Taps];

    private int Points => _axes[0].Stride * _axes[1].Stride;

    /// <summary>
    /// Null for other operators, and for a ConvTranspose of images that has groups, dilations, an odd number of input channels (weights
    /// that are neighbours in one form and not in the other) or an output that is not its strides times the size of its input.
    /// </summary>
    /// <param name="node">With its windows written out.</param>
    /// <param name="weight">Shape of its weight, (I, O, kernel).</param>
    public static BlockConvolution? Of(GraphNode node, ReadOnlySpan<long> weight)
    {
        if (node.OpType != "ConvTranspose" || weight.Length != 4 || weight[0] % 2 != 0 || node.GetInt("group", 1) != 1
            || node.GetInts("output_shape") is not null || node.GetText("auto_pad", "NOTSET") != "NOTSET"
            || (node.GetInts("dilations") ?? []).Any(step => step != 1))
        {
            return null;
        }

        var strides = node.GetInts("strides") ?? [1, 1];
        var pads = node.GetInts("pads") ?? [0, 0, 0, 0];
        var extra = node.GetInts("output_padding") ?? [0, 0];
        var axes = new Axis[2];
        for (int i = 0; i < axes.Length; i++)
        {
            axes[i] = new Axis((int)weight[2 + i], (int)strides[i], (int)pads[i]);
            if (pads[i] >= weight[2 + i] || pads[i] + pads[2 + i] - extra[i] != weight[2 + i] - strides[i])
            {
                return null;
            }
        }

        return axes.All(axis => axis.Stride == 1) ? null : new BlockConvolution(axes, (int)weight[0], (int)weight[1]);
    }

    /// <summary>The convolution, without its bias.</summary>
    public GraphNode Convolution(string name, string[] inputs, string output) => new(
        name,
        "Conv",
        inputs,
        [output],
        ("kernel_shape", AttributeValue.Of(Shape[2..])),
        ("strides", AttributeValue.Of([1L, 1L])),
        ("pads", AttributeValue.Of([_axes[0].Before, _axes[1].Before, _axes[0].After, _axes[1].After])),
        ("dilations", AttributeValue.Of([1L, 1L])),
        ("group", AttributeValue.Of(1L)));

    /// <summary>A weight (I, O, kernel) in the order of <see cref="Shape"/>.</summary>
    public T[] Weights<T>(ReadOnlySpan<T> weight)
    {
        var (rows, columns) = (_axes[0], _axes[1]);
        var result = new T[Points * Outputs * Inputs * rows.Taps * columns.Taps];
        int place = 0;
        for (int channel = 0; channel < Points * Outputs; channel++)
        {
            var (point, output) = Math.DivRem(channel, Outputs);
            var (row, column) = Math.DivRem(point, columns.Stride);
            for (int input = 0; input < Inputs; input++)
            {
                for (int y = 0; y < rows.Taps; y++)
                {
                    for (int x = 0; x < columns.Taps; x++, place++)
                    {
                        if (rows.Source(row, y) is { } j && columns.Source(column, x) is { } i)
                        {
                            result[place] = weight[(((((input * Outputs) + output) * rows.Kernel) + j) * columns.Kernel) + i];
                        }
                    }
                }
            }
        }

        return result;
    }

    /// <summary>One value an output channel, for each channel of the convolution.</summary>
    public T[] Repeated<T>(IReadOnlyList<T> values) =>
        [.. Enumerable.Range(0, Points * Outputs).Select(channel => values[channel % Outputs])];

    private readonly record struct Axis(int Kernel, int Stride, int Pad)
    {
        /// <summary>Input points before that of the block, of which it is made.</summary>
        public long Before => (Kernel - 1 - Pad) / Stride;

        public long After => (Stride - 1 + Pad) / Stride;

        public int Taps => (int)(Before + After + 1);

        /// <summary>The place in the kernel for a point of the block and a place in the convolution's kernel; null: none.</summary>
        public int? Source(int point, int tap) => point + Pad - (Stride * (tap - (int)Before)) is var place && place >= 0 && place < Kernel
            ? place
            : null;
    }
}
