namespace Cluster.Glyphs.Mobile;

/// <summary>
/// An inverted residual block (Sandler et al. 2018): wider by a 1x1 convolution, a filter for each channel, squeeze and excitation where
/// it has it, narrow again without activation, and the input added where it has the same shape.
/// </summary>
/// <param name="Kernel">Of the filters: 3 or 5.</param>
/// <param name="Wide">Channels in the block; those of the input: not made wider.</param>
/// <param name="Outputs">Channels behind it.</param>
/// <param name="Stride">Of the filters.</param>
/// <param name="Squeezed">Channels of the squeezed means; 0: no squeeze and excitation.</param>
/// <param name="Activation">As of <see cref="MobileLayers.Layer"/>.</param>
internal sealed record InvertedBlock(int Kernel, long Wide, long Outputs, int Stride, long Squeezed, string Activation)
{
    /// <summary>Blocks one after the other, by the names block1, block2 and so on.</summary>
    /// <param name="inputs">Channels of the input.</param>
    /// <param name="squeezing">Activation of the squeezed means.</param>
    /// <param name="gate">As of <see cref="MobileLayers.Excited"/>.</param>
    /// <returns>The last one's output.</returns>
    public static string WriteAll(
        IEnumerable<InvertedBlock> blocks, GraphWriter net, string input, long inputs, string squeezing, string gate)
    {
        foreach (var (number, block) in blocks.Index())
        {
            input = block.Write(net, $"block{number + 1}", input, inputs, squeezing, gate);
            inputs = block.Outputs;
        }

        return input;
    }

    private string Write(GraphWriter net, string name, string input, long inputs, string squeezing, string gate)
    {
        string x = Wide == inputs ? input : net.Layer($"{name}.wide", input, inputs, Wide, 1, 1, Activation);
        x = net.Depthwise($"{name}.depthwise", x, Wide, Kernel, Stride, Activation);
        x = Squeezed == 0 ? x : net.Excited($"{name}.excited", x, Wide, Squeezed, squeezing, gate);
        bool hasSum = Stride == 1 && inputs == Outputs;
        x = net.Pointwise(hasSum ? $"{name}.narrow" : name, x, Wide, Outputs);
        if (hasSum)
        {
            net.Node("Add", [x, input], name);
        }

        return name;
    }
}
