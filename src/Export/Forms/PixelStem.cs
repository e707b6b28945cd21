namespace Cluster.Export.Forms;

/// <summary>
/// Lets a network's first layer read pixels: x = (pixel · scale − mean) / std of each channel is folded into its weights. With
/// x = a (pixel − z) + (a z + b) of a grey z, the weights of a channel are multiplied by a, and a fourth channel, 255 − z wherever the
/// picture is and 0 in the padding, has the weights Σ w (a z + b) / (255 − z). So the function is the same at borders, too, where the layer
/// is padded with zeros: those are the grey then. A grey near the means leaves the fourth channel small.
/// </summary>
public static class PixelStem
{
    private const int Opaque = 255;

    /// <summary>
    /// The network with three nodes before its first layer that make pixels of its floats, and new weights in that layer. To be grouped as
    /// it is: normalized once more, the nodes would be a layer.
    /// </summary>
    /// <param name="network">A normal graph.</param>
    /// <param name="preprocess">How its floats are made of pixels.</param>
    /// <param name="hasAlpha">Whether its files are to take RGBA, else RGB.</param>
    /// <exception cref="KernelException">It takes something else than pictures of three channels, or its first layer is no convolution.
    /// </exception>
    public static ModelGraph Write(ModelGraph network, Preprocess preprocess, bool hasAlpha)
    {
        bool isLast = preprocess.Layout == PixelLayout.Nhwc;
        if (network.Inputs is not [{ Type: ElementType.Float, Shape.Count: 4 } input] || network.TakesOneSample
            || preprocess.Channels != 3 || input.Shape[isLast ? 3 : 1] != preprocess.Channels)
        {
            throw Refused(
                $"the network takes {string.Join(" and ", network.Inputs.Select(Words))}, of "
                + $"{Preprocess.Name(preprocess.Color)} pixels by its preprocessing",
                $"one input of any number of pictures with three channels, {Preprocess.Name(preprocess.Layout)}");
        }

        var readers = network.Readers();
        string floats = input.Name;
        if (isLast && Only(floats) is { OpType: "Transpose" } move && move.GetInts("perm") is [0, 3, 1, 2])
        {
            floats = move.Output;
        }

        if (Only(floats) is not { OpType: "Conv", Domain: "" } layer || layer.Inputs[0] != floats || layer.GetInt("group", 1) != 1
            || layer.GetText("auto_pad", "NOTSET") != "NOTSET"
            || !network.Initializers.TryGetValue(layer.Inputs[1], out var weight)
            || weight is not { Type: ElementType.Float, Shape: [_, 3, _, _] })
        {
            throw Refused(
                string.Join(" and ", readers[floats].Select(node => $"'{node.Name}' ({node.OpType})")) is { Length: > 0 } found
                    ? $"'{input.Name}' is read by {found}"
                    : $"nothing reads '{input.Name}'",
                "a convolution of three channels with constant weights that alone reads it");
        }

        double[] slopes = [.. preprocess.Std.Select(std => preprocess.Scale / std)];
        double[] shifts = [.. preprocess.Mean.Zip(preprocess.Std, (mean, std) => -mean / std)];
        byte zero = (byte)Math.Clamp(Math.Round(preprocess.Mean.Average() / preprocess.Scale), 0, Opaque - 1);
        int[] order = preprocess.Color == PixelColor.Bgr ? [2, 1, 0] : [0, 1, 2];

        var names = new NameSource(network);
        var constants = network.Initializers.ToDictionary(StringComparer.Ordinal);
        string Constant(string hint, TensorData value)
        {
            string name = names.Value(floats + hint);
            constants[name] = value;
            return name;
        }

        GraphNode Node(string type, string[] inputs, string output, params (string, AttributeValue)[] attributes) =>
            new(names.Node(output), type, inputs, [names.Value(output)], attributes);

        // The fourth channel is a constant: factor 0 makes it independent of what it is computed from.
        float[] factors = [.. order.Select(channel => (float)(1 / slopes[channel])), 0];
        float[] offsets = [.. order.Select(channel => (float)((-shifts[channel] / slopes[channel]) - zero)), Opaque - zero];
        var ordered = Node(
            "Gather",
            [floats, Constant("/channels", TensorData.FromInt64([4], [.. order, 0]))],
            floats + "/ordered",
            ("axis", AttributeValue.Of(1L)));
        var scaled = Node(
            "BatchNormalization",
            [
                ordered.Output, Constant("/factors", Floats(factors)), Constant("/offsets", Floats(offsets)),
                Constant("/zeros", Floats(0, 0, 0, 0)), Constant("/ones", Floats(1, 1, 1, 1)),
            ],
            floats + "/scaled",
            ("epsilon", AttributeValue.Of(0f)));
        var pixels = Node("Round", [scaled.Output], floats + "/pixels");
        string weights = names.Value(layer.Inputs[1] + "/pixels");
        constants[weights] = Weights(weight, [.. order], slopes, shifts, zero);
        GraphNode[] nodes =
        [
            .. network.Nodes.SelectMany(node => node != layer
                ? (GraphNode[])[node]
                : [ordered, scaled, pixels, layer.WithInput(0, pixels.Output).WithInput(1, weights)]),
        ];
        if (!nodes.Any(node => node.Inputs.Contains(layer.Inputs[1])))
        {
            constants.Remove(layer.Inputs[1]);
        }

        return network with
        {
            Nodes = nodes,
            Initializers = constants,
            Pixels = new PixelInput(pixels.Output, zero, hasAlpha, preprocess.ToJson()),
        };

        GraphNode? Only(string value) => readers[value].Take(2).ToArray() is [var reader]
            && network.Outputs.All(output => output.Name != value) ? reader : null;
    }

    /// <summary>The weights over red, green, blue and alpha, less a grey.</summary>
    /// <param name="weight">(O, 3, h, w), over the network's channels.</param>
    /// <param name="order">The network's channel of red, of green and of blue.</param>
    /// <param name="slopes">a of each of the network's channels.</param>
    /// <param name="shifts">b of each.</param>
    internal static TensorData Weights(
        TensorData weight, IReadOnlyList<int> order, IReadOnlyList<double> slopes, IReadOnlyList<double> shifts, byte zero)
    {
        var old = weight.As<float>();
        int rows = (int)weight.Shape[0], area = (int)(weight.Shape[2] * weight.Shape[3]);
        float[] weights = new float[rows * 4 * area];
        for (int row = 0; row < rows; row++)
        {
            for (int at = 0; at < area; at++)
            {
                double alpha = 0;
                for (int color = 0; color < order.Count; color++)
                {
                    int channel = order[color];
                    double value = old[(((row * order.Count) + channel) * area) + at];
                    weights[(((row * 4) + color) * area) + at] = (float)(value * slopes[channel]);
                    alpha += value * ((slopes[channel] * zero) + shifts[channel]);
                }

                weights[(((row * 4) + order.Count) * area) + at] = (float)(alpha / (Opaque - zero));
            }
        }

        return TensorData.FromFloats([rows, 4, .. weight.Shape[2..]], weights);
    }

    private static TensorData Floats(params float[] values) => TensorData.FromFloats([values.Length], values);

    private static string Words(ValueInfo input) =>
        $"'{input.Name}' {input.Type} [{string.Join(',', input.Shape.Select(size => size < 0 ? "?" : $"{size}"))}]";

    private static KernelException Refused(string found, string expected) => new(
        $"Files of this network cannot take pixels: {found}; expected {expected}. Leave --input out, so that they take floats.");
}
