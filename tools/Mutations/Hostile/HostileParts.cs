namespace Cluster.Mutations.Hostile;

/// <summary>The parts of hostile networks: each reads the net's value and leaves another.</summary>
internal static class HostileParts
{
    private static readonly Action<HostileNet>[] OfImages =
    [
        Convolution, Convolution, Convolution, Activation, Residual, DifferentRanges, Pools, SqueezeAndExcite, GroupNormalization,
        BatchNormalization, Branches, Resize, Transposed, Tokens, NeedlessPairs,
    ];

    private static readonly Action<HostileNet>[] OfTokens =
        [FeedForward, FeedForward, Attention, Attention, LayerNormalization, Positions, Vector, NeedlessPairs];

    private static readonly Action<HostileNet>[] OfVectors =
    [
        Linear, Linear, Linear, Activation, Product, Head, SqueezedWithoutAxes, LayerNormalization, NeedlessPairs,
    ];

    public static void Add(HostileNet net)
    {
        var parts = net.Shape.Length switch { 3 => OfImages, 2 => OfTokens, _ => OfVectors };
        parts[net.Random.Next(parts.Length)](net);
        if (net.Random.Next(12) == 0)
        {
            net.AlsoOutput(net.Value, net.Shape);
            net.Value = net.Node("Identity", [net.Value]);
        }
    }

    private static void Activation(HostileNet net) => net.Value = Activated(net, net.Value, net.Shape);

    private static string Activated(HostileNet net, string value, long[] shape)
    {
        switch (net.Random.Next(11))
        {
            case 0 or 1 or 2:
                return net.Node("Relu", [value]);
            case 3:
                return net.Clip(value, 0, null);
            case 4:
                return net.Clip(value, null, 1.5);
            case 5:
                return net.Clip(value, 0, 6);
            case 6:
                return net.Node("Mul", [value, net.Node("Sigmoid", [value])]);
            case 7:
                return net.Node("LeakyRelu", [value], ("alpha", 0.1f));
            case 8:
                double[] slopes = Several(shape[0], _ => 0.2);
                return net.Node("PRelu", [value, net.Constant([shape[0], .. shape.Skip(1).Select(_ => 1L)], slopes)]);
            case 9 when net.Opset >= 14:
                return net.Node("HardSwish", [value]);
            default:
                return net.Node("Tanh", [value]);
        }
    }

    private static double[] Several(long count, Func<long, double> value) => [.. Enumerable.Range(0, (int)count).Select(i => value(i))];

    // Weights of a layer whose first axis is outputs: usual; of spreads that differ; without weights in some channels; tiny; huge.
    private static double[] Weights(HostileNet net, int fanIn, params long[] shape)
    {
        double[] values = net.Draw(Math.Sqrt(2.0 / fanIn), shape);
        int each = values.Length / (int)shape[0];
        int form = net.Random.Next(8);
        for (int i = 0; i < values.Length; i++)
        {
            int channel = i / each;
            values[i] *= form switch
            {
                0 => channel % 3 == 1 ? 0 : 1,
                1 => Math.Pow(4, channel % 4),
                2 => 1e-3,
                3 => 30,
                _ => 1,
            };
        }

        return values;
    }

    private static string[] Bias(HostileNet net, long channels) => net.Random.Next(4) switch
    {
        0 => [],
        1 => net.Opset >= 11 ? [""] : [],
        2 => [net.Constant([channels], Several(channels, i => i % 2 == 0 ? 0.4 : 0))],
        _ => [net.Normal(0.3, channels)],
    };

    private static string Convolved(HostileNet net, string value, long channels, long outputs)
    {
        long kernel = net.Random.Next(2) == 0 ? 1 : 3;
        bool isDepthwise = outputs == channels && net.Random.Next(4) == 0;
        long inputs = isDepthwise ? 1 : channels;
        string weight = net.Constant(
            [outputs, inputs, kernel, kernel], Weights(net, (int)(inputs * kernel * kernel), outputs, inputs, kernel, kernel));
        var attributes = new List<(string, object)> { ("group", isDepthwise ? channels : 1L) };
        if (net.Random.Next(3) == 0)
        {
            attributes.Add(("auto_pad", net.Random.Next(2) == 0 ? "SAME_UPPER" : "SAME_LOWER"));
        }
        else
        {
            attributes.Add(("pads", new[] { kernel / 2, kernel / 2, kernel / 2, kernel / 2 }));
        }

        if (net.Random.Next(2) == 0)
        {
            attributes.Add(("kernel_shape", new[] { kernel, kernel }));
        }

        return net.Node("Conv", [value, weight, .. Bias(net, outputs)], [.. attributes]);
    }

    private static void Convolution(HostileNet net)
    {
        long outputs = net.Random.Next(2) == 0 ? net.Shape[0] : net.Random.Next(1, 9);
        string value = Convolved(net, net.Value, net.Shape[0], outputs);
        net.Shape = [outputs, net.Shape[1], net.Shape[2]];
        net.Value = net.Random.Next(3) == 0 ? value : Activated(net, value, net.Shape);
    }

    private static void Residual(HostileNet net)
    {
        string sum = net.Node("Add", [net.Value, Convolved(net, net.Value, net.Shape[0], net.Shape[0])]);
        net.Value = net.Random.Next(2) == 0 ? sum : net.Node("Relu", [sum]);
    }

    // Parts of very different ranges: boxes beside scores.
    private static void DifferentRanges(HostileNet net)
    {
        long channels = net.Shape[0];
        string boxes = net.Node("Mul", [Convolved(net, net.Value, channels, 2), net.Constant([], 50 * (1 + net.Random.Next(10)))]);
        string scores = net.Node("Sigmoid", [Convolved(net, net.Value, channels, 3)]);
        string[] joined = net.Random.Next(2) == 0 ? [boxes, scores] : [scores, boxes];
        net.Value = net.Node("Concat", joined, ("axis", net.Opset < 11 || net.Random.Next(2) == 0 ? 1L : -3L));
        net.Shape = [5, net.Shape[1], net.Shape[2]];
    }

    private static void Pools(HostileNet net)
    {
        (string, object) kernel = ("kernel_shape", new[] { 3L, 3 }), pads = ("pads", new[] { 1L, 1, 1, 1 });
        (string, object) strides = ("strides", new[] { 1L, 1 });
        net.Value = net.Random.Next(4) switch
        {
            0 when net.Opset >= 8 => net.Nodes("MaxPool", [net.Value], 1, [kernel, pads, strides], absent: 1)[0],
            1 => net.Node("AveragePool", [net.Value], kernel, pads, strides, ("count_include_pad", 1L)),
            2 => net.Node("AveragePool", [net.Value], kernel, pads),
            _ => net.Node("MaxPool", [net.Value], kernel, pads),
        };
    }

    private static void SqueezeAndExcite(HostileNet net)
    {
        string mean = net.Random.Next(2) == 0 ? net.Node("GlobalAveragePool", [net.Value]) : net.Mean(net.Value, 2, 3);
        string squeezed = Activated(net, Convolved(net, mean, net.Shape[0], 4), [4, 1, 1]);
        string gate = net.Node("Sigmoid", [Convolved(net, squeezed, 4, net.Shape[0])]);
        net.Value = net.Random.Next(2) == 0 ? net.Node("Mul", [net.Value, gate]) : net.Node("Mul", [gate, net.Value]);
    }

    private static void GroupNormalization(HostileNet net)
    {
        long channels = net.Shape[0];
        if (net.Opset < 18 || channels % 2 != 0)
        {
            net.Value = net.Node("InstanceNormalization", [net.Value, net.Normal(1, channels), net.Normal(0.5, channels)]);
            return;
        }

        long scales = net.Opset < 21 ? 2 : channels;
        net.Value = net.Node("GroupNormalization", [net.Value, net.Normal(1, scales), net.Normal(0.5, scales)], ("num_groups", 2L));
    }

    private static void BatchNormalization(HostileNet net)
    {
        long channels = net.Shape[0];
        double[] variance = [.. net.Draw(1, channels).Select(value => 0.1 + (value * value))];
        string value = Convolved(net, net.Value, channels, channels);
        net.Value = net.Node(
            "BatchNormalization",
            [value, net.Normal(1, channels), net.Normal(0.5, channels), net.Normal(0.5, channels), net.Constant([channels], variance)]);
    }

    private static void Branches(HostileNet net)
    {
        long channels = net.Shape[0];
        if (channels < 2)
        {
            Convolution(net);
            return;
        }

        string[] parts = net.Random.Next(3) == 0
            ? [net.Slice(net.Value, 0, 1, 1), net.Slice(net.Value, 1, long.MaxValue, 1)]
            : net.Split(net.Value, net.Opset < 11 || net.Random.Next(2) == 0 ? 1 : -3, 1, channels - 1);
        string second = Activated(net, Convolved(net, parts[1], channels - 1, channels - 1), [channels - 1, .. net.Shape.Skip(1)]);
        net.Value = net.Node("Concat", [parts[0], second, net.Value], ("axis", 1L));
        net.Shape = [2 * channels, net.Shape[1], net.Shape[2]];
    }

    private static void Resize(HostileNet net)
    {
        if (net.Shape[1] > 8)
        {
            Pools(net);
            return;
        }

        double[] scales = [1, 1, 2, 2];
        net.Value = net.Opset switch
        {
            < 9 => net.Node("Identity", [net.Value]),
            < 10 => net.Node("Upsample", [net.Value, net.Constant([4], scales)], ("mode", "nearest")),
            10 => net.Node("Resize", [net.Value, net.Constant([4], scales)], ("mode", "nearest")),
            < 13 => net.Node(
                "Resize",
                [net.Value, net.Constant([0]), net.Constant([4], scales)],
                ("mode", "nearest"),
                ("coordinate_transformation_mode", "asymmetric"),
                ("nearest_mode", "floor")),
            _ => net.Node(
                "Resize", [net.Value, "", net.Constant([4], scales)], ("mode", net.Random.Next(2) == 0 ? "nearest" : "linear")),
        };
        net.Shape = net.Opset < 9 ? net.Shape : [net.Shape[0], 2 * net.Shape[1], 2 * net.Shape[2]];
    }

    private static void Transposed(HostileNet net)
    {
        long channels = net.Shape[0];
        net.Value = net.Node(
            "ConvTranspose",
            [net.Value, net.Constant([channels, 3, 3, 3], Weights(net, (int)channels * 9, channels, 3, 3, 3)), .. Bias(net, 3)],
            ("pads", new[] { 1L, 1, 1, 1 }));
        net.Shape = [3, net.Shape[1], net.Shape[2]];
    }

    private static void Tokens(HostileNet net)
    {
        var (channels, places) = (net.Shape[0], net.Shape[1] * net.Shape[2]);
        long first = net.Batch > 0 && net.Random.Next(2) == 0 ? net.Batch : 0;
        net.Value = net.Node("Transpose", [net.Reshape(net.Value, first, channels, -1)], ("perm", new[] { 0L, 2, 1 }));
        net.Shape = [places, channels];
    }

    // What exporters write around a layer, and what does nothing.
    private static void NeedlessPairs(HostileNet net)
    {
        string value = net.Value;
        long last = net.Shape.Length;
        switch (net.Random.Next(9))
        {
            case 0 when last > 1:
                long[] there = [0, .. Enumerable.Range(2, (int)last - 1).Select(i => (long)i), 1];
                long[] back = [0, last, .. Enumerable.Range(1, (int)last - 1).Select(i => (long)i)];
                value = net.Node("Transpose", [net.Node("Transpose", [value], ("perm", there))], ("perm", back));
                break;
            case 1:
                value = net.Reshape(net.Node("Flatten", [value], ("axis", 1L)), [net.Batch > 0 ? net.Batch : -1, .. net.Shape]);
                break;
            case 2:
                value = net.Squeeze(net.Unsqueeze(value, last + 1), last + 1);
                break;
            case 3:
                value = net.Node("Add", [net.Node("Mul", [value, net.Constant([1], 1)]), net.Constant([], 0)]);
                break;
            case 4:
                value = net.Node("Concat", [value], ("axis", 1L));
                break;
            case 5:
                value = net.Slice(value, 0, long.MaxValue, 1);
                break;
            case 6:
                value = net.Opset < 12 || net.Random.Next(2) == 0
                    ? net.Node("Dropout", [value])
                    : net.Nodes("Dropout", [value, "", ""], 1, [], absent: 1)[0];
                break;
            case 7:
                value = net.Node("Cast", [net.Node("Cast", [value], ("to", (long)OnnxMessages.Double))], ("to", 1L));
                break;
            default:
                value = net.Node("Neg", [net.Node("Neg", [value])]);
                break;
        }

        net.Value = value;
    }

    private static void FeedForward(HostileNet net)
    {
        long width = net.Shape[1];
        string hidden = net.Node("MatMul", [net.Value, net.Normal(1 / Math.Sqrt(width), width, 12)]);
        hidden = net.Random.Next(3) switch
        {
            0 => hidden,
            1 => net.Node("Add", [hidden, net.Normal(0.3, 12)]),
            _ => net.Node("Add", [net.Normal(0.3, 12), hidden]),
        };
        hidden = net.Random.Next(4) switch
        {
            0 when net.Opset >= 9 => Gelu(net, hidden),
            _ => net.Node("Relu", [hidden]),
        };
        string output = net.Node("MatMul", [hidden, net.Normal(0.3, 12, width)]);
        net.Value = net.Random.Next(2) == 0 ? output : net.Node("Add", [net.Node("Add", [output, net.Normal(0.3, width)]), net.Value]);
    }

    private static string Gelu(HostileNet net, string value)
    {
        string half = net.Node("Erf", [net.Node("Div", [value, net.Constant([], Math.Sqrt(2))])]);
        string twice = net.Node("Mul", [value, net.Node("Add", [half, net.Constant([], 1)])]);
        return net.Node("Div", [twice, net.Constant([], 2)]);
    }

    private static void Attention(HostileNet net)
    {
        var (count, width) = (net.Shape[0], net.Shape[1]);
        string Projected(string value) => net.Node("MatMul", [value, net.Normal(1 / Math.Sqrt(width), width, width)]);
        string keys = net.Node("Transpose", [Projected(net.Value)], ("perm", new[] { 0L, 2, 1 }));
        string scores = net.Node("Div", [net.Node("MatMul", [Projected(net.Value), keys]), net.Constant([], Math.Sqrt(width))]);
        if (Mask(net, (int)count) is { } mask)
        {
            scores = net.Random.Next(2) == 0 ? net.Node("Add", [scores, mask]) : net.Node("Add", [mask, scores]);
        }

        string weights = net.Node("Softmax", [scores], ("axis", net.Opset < 13 ? 2L : -1L));
        string output = net.Node("MatMul", [weights, Projected(net.Value)]);
        net.Value = net.Random.Next(2) == 0 ? output : net.Node("Add", [net.Value, output]);
    }

    // No mask; causal, of constants with -inf or by positions; an input with -inf.
    private static string? Mask(HostileNet net, int count)
    {
        double none = net.Random.Next(3) switch { 0 => -1e4, 1 => float.MinValue, _ => double.NegativeInfinity };
        double[] causal = [.. Enumerable.Range(0, count * count).Select(i => i % count > i / count ? none : 0)];
        switch (net.Random.Next(5))
        {
            case 0:
                return net.Constant([count, count], causal);
            case 1 when net.Opset >= 11:
                string places = net.Range(count);
                string later = net.Node("Greater", [net.Reshape(places, 1, -1), net.Reshape(places, -1, 1)]);
                return net.Node("Where", [later, net.Scalar(OnnxMessages.Float, none), net.Scalar(OnnxMessages.Float, 0)]);
            case 2:
                return net.AddInput([1, count], random => random.Next(4) == 0 ? (float)none : 0);
            case 3 when net.Opset >= 9:
                string kept = net.AddInput([1, count], random => random.Next(4));
                string isKept = net.Node("Greater", [kept, net.Scalar(OnnxMessages.Float, 0.5)]);
                return net.Node("Where", [isKept, net.Scalar(OnnxMessages.Float, 0), net.Scalar(OnnxMessages.Float, none)]);
            default:
                return null;
        }
    }

    private static void LayerNormalization(HostileNet net)
    {
        long width = net.Shape[^1];
        if (net.Opset >= 17 && net.Random.Next(2) == 0)
        {
            net.Value = net.Random.Next(2) == 0
                ? net.Node("LayerNormalization", [net.Value, net.Normal(1, width), net.Normal(0.3, width)], ("axis", -1L))
                : net.Nodes("LayerNormalization", [net.Value, net.Normal(1, width)], 1, [("axis", (long)net.Shape.Length)], absent: 2)[0];
            return;
        }

        long axis = net.Shape.Length;
        string centred = net.Node("Sub", [net.Value, net.Mean(net.Value, axis)]);
        string squared = net.Random.Next(2) == 0 ? net.Node("Mul", [centred, centred]) : net.Node("Pow", [centred, net.Constant([], 2)]);
        string variance = net.Mean(squared, axis);
        string deviation = net.Node("Sqrt", [net.Node("Add", [variance, net.Constant([], 1e-5)])]);
        string scaled = net.Node("Mul", [net.Node("Div", [centred, deviation]), net.Normal(1, width)]);
        net.Value = net.Node("Add", [scaled, net.Normal(0.3, width)]);
    }

    // Relative positions by Range and Reshape, as a fixed batch of one has them.
    private static void Positions(HostileNet net)
    {
        long count = net.Shape[0];
        string bias = net.Normal(0.5, count, net.Shape[1]);
        if (net.Opset >= 11)
        {
            string places = net.Node("Cast", [net.Reshape(net.Range(count), 1, -1)], ("to", 1L));
            string turned = net.Node("Transpose", [places], ("perm", new[] { 1L, 0 }));
            bias = net.Random.Next(2) == 0 ? turned : net.Node("Mul", [turned, bias]);
        }

        net.Value = net.Node("Add", net.Random.Next(2) == 0 ? [net.Value, bias] : [bias, net.Value]);
    }

    private static void Vector(HostileNet net)
    {
        switch (net.Random.Next(3))
        {
            case 0:
                net.Value = net.Mean(net.Value, 1);
                net.Value = net.Reshape(net.Value, net.Batch > 0 ? net.Batch : -1, net.Shape[1]);
                net.Shape = [net.Shape[1]];
                break;
            case 1:
                net.Value = net.Node("Gather", [net.Value, net.Scalar(OnnxMessages.Int64, 0)], ("axis", 1L));
                net.Shape = [net.Shape[1]];
                break;
            default:
                net.Value = net.Node("Flatten", [net.Value], ("axis", 1L));
                net.Shape = [net.Shape[0] * net.Shape[1]];
                break;
        }
    }

    // Gemm with every form of C: none, absent, a row, one number, a row for each sample of a fixed batch, a value.
    private static void Linear(HostileNet net)
    {
        long width = net.Shape[0];
        const long Outputs = 6;
        bool isTurned = net.Random.Next(2) == 0;
        string weight = isTurned
            ? net.Constant([Outputs, width], Weights(net, (int)width, Outputs, width))
            : net.Constant([width, Outputs], Weights(net, (int)width, width, Outputs));
        var inputs = new List<string> { net.Value, weight };
        switch (net.Random.Next(8))
        {
            case 0 when net.Opset >= 11:
                break;
            case 1 when net.Opset >= 11:
                inputs.Add("");
                break;
            case 2:
                inputs.Add(net.Normal(0.3, 1, Outputs));
                break;
            case 3:
                inputs.Add(net.Constant(net.Opset >= 9 && net.Random.Next(2) == 0 ? [] : [1], 0.25));
                break;
            case 4 when net.Batch > 1:
                inputs.Add(net.Normal(0.3, net.Batch, net.Random.Next(2) == 0 ? Outputs : 1));
                break;
            case 5:
                inputs.Add(net.Node("MatMul", [net.Value, net.Normal(0.2, width, Outputs)]));
                break;
            default:
                inputs.Add(net.Normal(0.3, Outputs));
                break;
        }

        net.Value = net.Node(
            "Gemm",
            [.. inputs],
            ("transB", isTurned ? 1L : 0L),
            ("alpha", net.Random.Next(3) == 0 ? 0.5f : 1f),
            ("beta", net.Random.Next(3) == 0 ? 2f : 1f));
        net.Shape = [Outputs];
        if (net.Random.Next(2) == 0)
        {
            net.Value = Activated(net, net.Value, net.Shape);
        }
    }

    private static void Product(HostileNet net)
    {
        long width = net.Shape[0];
        string product = net.Node("MatMul", [net.Value, net.Constant([width, 5], Weights(net, (int)width, width, 5))]);
        net.Value = net.Random.Next(3) switch
        {
            0 => product,
            1 => net.Node("Add", [product, net.Normal(0.3, 5)]),
            _ => net.Node("Add", [net.Batch > 1 ? net.Normal(0.3, net.Batch, 5) : net.Normal(0.3, 1, 5), product]),
        };
        net.Shape = [5];
    }

    private static void Head(HostileNet net)
    {
        long width = net.Shape[0];
        string boxes = net.Node("Mul", [net.Node("MatMul", [net.Value, net.Normal(0.5, width, 2)]), net.Constant([2], 200, 300)]);
        string scores = net.Node(
            net.Random.Next(2) == 0 ? "Sigmoid" : "Softmax", [net.Node("MatMul", [net.Value, net.Normal(0.5, width, 3)])]);
        net.Value = net.Node("Concat", [boxes, scores], ("axis", 1L));
        net.Shape = [5];
    }

    private static void SqueezedWithoutAxes(HostileNet net)
    {
        string squeezed = net.Squeeze(net.Node("Relu", [net.Unsqueeze(net.Value, 2, 3)]));
        net.Value = net.Reshape(squeezed, net.Batch > 0 && net.Random.Next(2) == 0 ? net.Batch : -1, net.Shape[0]);
    }
}
