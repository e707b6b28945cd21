namespace Cluster.Export.Forms;

/// <summary>
/// Writes a file of a network over pixels (<see cref="PixelStem"/>) so that it takes them: uint8, channels last, whose codes are the pixels
/// themselves, with scale 1. The same numbers as the file that computes them of floats, bit for bit.
/// </summary>
public static class PixelFile
{
    /// <summary>The file with the input (N, height, width, 4) or 3; one of another network as it is.</summary>
    public static ModelGraph Write(ModelGraph file)
    {
        if (file.Pixels is not { } pixels)
        {
            return file;
        }

        var producers = file.Producers();
        var readers = file.Readers();
        var (rounded, input) = (producers[pixels.Value], file.Inputs[0]);
        List<GraphNode> replaced = [rounded];
        while (producers.TryGetValue(replaced[^1].Inputs[0], out var before))
        {
            replaced.Add(before);
        }

        var names = new NameSource(file);
        var constants = file.Initializers.ToDictionary(StringComparer.Ordinal);
        string Constant(string hint, TensorData value)
        {
            string name = names.Value(input.Name + hint);
            constants[name] = value;
            return name;
        }

        List<GraphNode> written = [];
        string Add(string type, string[] inputs, string output, params (string, AttributeValue)[] attributes)
        {
            written.Add(new GraphNode(names.Node(input.Name + "/" + type), type, inputs, [output], attributes));
            return output;
        }

        // Plane by plane: ONNX Runtime would move the Transpose behind the Pad, which copies pixel by pixel then, but not behind a Gather.
        string Planes(string output)
        {
            var perm = ("perm", AttributeValue.Of([0L, 3, 1, 2]));
            if (pixels.HasAlpha)
            {
                return Add("Transpose", [input.Name], output, perm);
            }

            string colors = Add("Transpose", [input.Name], names.Value(input.Name + "/rgb"), perm);
            string order = Constant("/planes", TensorData.FromInt64([3], [0, 1, 2]));
            string planes = Add("Gather", [colors, order], names.Value(input.Name + "/gathered"), ("axis", AttributeValue.Of(1L)));
            string ends = Constant("/ends", TensorData.FromInt64([8], [0, 0, 0, 0, 0, 1, 0, 0]));
            string opaque = Constant("/opaque", TensorData.FromUInt8([], [255]));
            return Add("Pad", [planes, ends, opaque], output);
        }

        // In integers the codes are the pixels; where the layer computes in float, ONNX Runtime would round its weights behind a DQ.
        var codes = readers[pixels.Value].ToArray() is [{ OpType: "QuantizeLinear" } only] && IsExact(file, only, pixels) ? only : null;
        if (codes is not null)
        {
            Planes(codes.Output);
            replaced.Add(codes);
        }
        else
        {
            string planar = Planes(names.Value(input.Name + "/planar"));
            string grey = Constant("/grey", TensorData.FromFloats([], [pixels.Zero]));
            string floats = Add(
                "Cast", [planar], names.Value(input.Name + "/floats"), ("to", AttributeValue.Of((long)ElementType.Float)));
            Add("Sub", [floats, grey], pixels.Value);
        }

        GraphNode[] nodes = [.. written, .. file.Nodes.Where(node => !replaced.Contains(node))];
        var read = nodes.SelectMany(node => node.Inputs).Concat(file.Outputs.Select(output => output.Name))
            .ToHashSet(StringComparer.Ordinal);
        foreach (string constant in replaced.SelectMany(node => node.Inputs).Where(constant => !read.Contains(constant)))
        {
            constants.Remove(constant);
        }

        return file with
        {
            Inputs = [Taken(input, pixels, isLast: replaced.Any(node => node.OpType == "Transpose"))],
            Nodes = nodes,
            Initializers = constants,
            Metadata = new Dictionary<string, string>(file.Metadata, StringComparer.Ordinal)
            {
                [PixelInput.Metadata] = pixels.Channels,
                [PixelInput.PreprocessMetadata] = pixels.Preprocess,
            },
        };
    }

    private static bool IsExact(ModelGraph file, GraphNode rounding, PixelInput pixels) =>
        file.Initializers.TryGetValue(rounding.Inputs[1], out var scale) && scale is { Type: ElementType.Float, Count: 1 }
        && rounding.HasInput(2) && file.Initializers.TryGetValue(rounding.Inputs[2], out var zero)
        && zero is { Type: ElementType.UInt8, Count: 1 }
        && scale.As<float>()[0] == 1 && zero.As<byte>()[0] == pixels.Zero;

    private static ValueInfo Taken(ValueInfo input, PixelInput pixels, bool isLast)
    {
        int[] axes = isLast ? [0, 1, 2] : [0, 2, 3];
        return new ValueInfo(input.Name, ElementType.UInt8, [.. axes.Select(axis => input.Shape[axis]), pixels.Channels.Length])
        {
            FreeAxes = [.. axes.Index().Where(axis => input.FreeAxes.Contains(axis.Item)).Select(axis => axis.Index)],
            AxisNames = input.AxisNames.Count == 0 ? [] : [.. axes.Select(axis => input.AxisNames[axis]), string.Empty],
        };
    }
}
