namespace Cluster.Glyphs.Untrained;

/// <summary>A block of MobileNetV2 and what came of it: wider, depthwise, gated, narrower, beside a shortcut where shapes allow.</summary>
/// <param name="Expanded">Channels of the depthwise convolution; as many as come in: nothing is widened.</param>
/// <param name="Squeezed">Channels between the means and the gates; 0: no gates.</param>
internal sealed record InvertedBlock(
    int Kernel, long Expanded, long Channels, int Stride, Activation Activation, long Squeezed, Activation Inner, Activation Gate)
{
    // A gate is about a half, and what follows it makes up for that.
    private const double GateLoss = 4;

    public Signal Write(LayerWriter net, Signal input)
    {
        var signal = input;
        if (Expanded != input.Channels)
        {
            signal = net.Activate(net.Convolve(signal, Expanded, 1, 1, depthwise: false, gain: 2), Activation);
        }

        signal = net.Activate(net.Convolve(signal, Expanded, Kernel, Stride, depthwise: true, gain: 2), Activation);
        if (Squeezed > 0)
        {
            signal = net.Excite(signal, Squeezed, Inner, Gate);
        }

        signal = net.Convolve(signal, Channels, 1, 1, depthwise: false, gain: Squeezed > 0 ? GateLoss : 1);
        return Stride == 1 && Channels == input.Channels ? net.Add(signal, input) : signal;
    }
}
