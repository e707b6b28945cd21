namespace Cluster.Export.Tests;

public sealed class QdqExporterTests
{
    [Theory]
    [InlineData(Nets.ResNet20)]
    [InlineData("mnist/mnist-cntk-opset8")]
    public void Export_RealModel_MatchesPlan(string model)
    {
        using var net = Calibrated.Shared(model, 4, 4);
        foreach (var settings in new[]
        {
            Nets.AllInt8(net.Graph), Nets.Mixed(net.Graph, index => index % 2 == 0), Nets.Mixed(net.Graph, index => index % 3 == 1)
        })
        {
            HoldsWhatThePlanSays(net.Resolver.Resolve(settings), unsignedWeights: false);
            HoldsWhatThePlanSays(net.Resolver.Resolve(settings), unsignedWeights: true);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Export_WeightsOfEitherType_AreTheSameNumbers(bool unsignedWeights)
    {
        var golden = GoldenNet.Quantized();

        var exported = QdqExporter.Export(golden, unsignedWeights: unsignedWeights);

        foreach (var node in golden.Graph.Graph.Nodes.Where(golden.Layout.HasQuantizedWeights))
        {
            var codes = exported.Initializers[node.Name + "_weight_codes"];
            int zero = exported.Initializers[node.Name + "_weight_zero_point"].Bytes.Span[0];
            sbyte[] signed = [.. codes.Bytes.ToArray().Select(code => (sbyte)(code - zero))];
            zero.ShouldBe(unsignedWeights ? 128 : 0);
            signed.ShouldBe(golden.Weights(node).Codes);
        }
    }

    [Fact]
    public void Export_SameNetworkTwice_GivesTheSameBytes()
    {
        byte[] Build()
        {
            using var net = Calibrated.Residual(8, 4);
            return OnnxWriter.Write(QdqExporter.Export(net.AllInt8())).Message;
        }

        Build().ShouldBe(Build());
    }

    [Fact]
    public void Export_CorrectedBiasOfALayerWithoutOne_IsWritten()
    {
        var golden = GoldenNet.Quantized();
        var corrected = golden.WithBiases(new Dictionary<string, float[]>(StringComparer.Ordinal) { ["y"] = [1024 * 16, -1024 * 3] });

        var exported = QdqExporter.Export(corrected);

        exported.Initializers["y_bias_codes"].As<int>().ToArray().ShouldBe([16, -3]);
        exported.Nodes.Single(node => node.Name == "y").Inputs.Count.ShouldBe(3);
        QdqExporter.Export(golden).Initializers.Keys.ShouldNotContain("y_bias_codes");
    }

    [Fact]
    public void Export_OutputThatIsAConstant_IsKept()
    {
        var graph = Nets.Residual();
        var anchors = TensorData.FromFloats([2], [0.5f, 3]);
        using var net = new Calibrated(
            Nets.Group(graph with
            {
                Initializers = new Dictionary<string, TensorData>(graph.Initializers, StringComparer.Ordinal) { ["anchors"] = anchors },
                Outputs = [.. graph.Outputs, new ValueInfo("anchors", ElementType.Float, [2])],
            }),
            Nets.Noise(8, 3, 8, 8, 4));

        var exported = QdqExporter.Export(net.AllInt8());

        exported.Initializers["anchors"].ShouldBe(anchors);
        net.Check(net.AllInt8()).Failure.ShouldBeNull();
    }

    [Fact]
    public void Export_ResizeOfTwoAxesBetweenIntegerLayers_RunsInTheRuntime()
    {
        var graph = new GraphBuilder(18, -1, 3, 8, 8).Floats("w", [8, 3, 3, 3], Nets.Values(216, 1))
            .Floats("v", [8, 8, 3, 3], Nets.Values(576, 2)).Ints("z", 16, 12)
            .Node("Conv", "x w", "c").Node("Resize", "c - - z", "r", GraphBuilder.Ints("axes", [2, 3])).Node("Conv", "r v", "y").Build();
        using var net = new Calibrated(Nets.Group(graph), Nets.Noise(8, 3, 8, 8, 4));

        net.Check(net.AllInt8()).Failure.ShouldBeNull();
    }

    [Fact]
    public void Export_SliceAndPad_MoveCodes()
    {
        using var net = Calibrated.Shared(Nets.ResNet20, 4, 4);
        var network = net.AllInt8();

        var exported = QdqExporter.Export(network);

        var codes = exported.Nodes
            .Where(node => node.OpType == "QuantizeLinear")
            .Select(node => node.Output)
            .ToHashSet(StringComparer.Ordinal);
        var slices = exported.Nodes.Where(node => node.OpType == "Slice").ToList();
        var pads = exported.Nodes.Where(node => node.OpType == "Pad").ToList();
        slices.Count.ShouldBe(2);
        pads.Count.ShouldBe(2);
        slices.ShouldAllBe(node => codes.Contains(node.Inputs[0]));
        pads.ShouldAllBe(pad => slices.Any(slice => slice.Output == pad.Inputs[0]));

        // What is padded is the code of 0.
        pads.ShouldAllBe(pad => exported.Initializers[pad.Inputs[2]].Type == ElementType.UInt8);
        var kernels = OptimizedGraph.Nodes(OnnxWriter.Write(exported).Message);
        kernels.Count(node => node.OpType == "Pad").ShouldBe(2);
        kernels.Where(node => node.OpType is "QuantizeLinear" or "DequantizeLinear").Select(node => node.Name).ShouldBe(["input_quantize"]);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("Relu")]
    [InlineData("Clip")]
    [InlineData("MaxPool")]
    [InlineData("Relu MaxPool")]
    [InlineData("Clip MaxPool")]
    [InlineData("MaxPool Relu")]
    [InlineData("Relu MaxPool Transpose")]
    public void Export_Float32LayerBetweenTwoInt8_StaysFloatInTheRuntime(string activation)
    {
        using var net = new Calibrated(Nets.Group(ThreeLayers(activation)), Nets.Noise(16, 3, 8, 8, 4));
        var network = net.Resolver.Resolve(Nets.Mixed(net.Graph, index => index != 1));
        byte[] artefact = OnnxWriter.Write(QdqExporter.Export(network)).Message;

        var nodes = OptimizedGraph.Nodes(artefact);

        nodes.Count(node => node.OpType is "Conv" or "FusedConv").ShouldBe(1, string.Join(' ', nodes.Select(node => node.OpType)));
        nodes.Count(node => node.OpType == "QLinearConv").ShouldBe(2);
        float[] pixels = net.Images.Pixels(0);
        float[] runtime = InRuntime.Run(artefact, TensorData.FromFloats([4, 3, 8, 8], pixels));
        float[] simulated = net.Float32.Run(pixels, [4, 3, 8, 8], network);

        // One code of the last layer's input is worth this much at most.
        Nets.Distance(runtime, simulated).ShouldBeLessThan(0.02f);
    }

    [Fact]
    public void Export_Float32GemmBetweenTwoInt8_StaysFloatInTheRuntime()
    {
        var graph = Nets.Group(new GraphBuilder(13, -1, 3, 4, 4)
            .Floats("w", [6, 48], Nets.Values(288, 1)).Floats("v", [6, 6], Nets.Values(36, 2)).Floats("b", [6], Nets.Values(6, 3))
            .Node("Flatten", "x", "f")
            .Node("Gemm", "f w b", "g1", GraphBuilder.Int("transB", 1)).Node("Relu", "g1", "r1")
            .Node("Gemm", "r1 v b", "g2", GraphBuilder.Int("transB", 1)).Node("Relu", "g2", "r2")
            .Node("Gemm", "r2 v b", "y", GraphBuilder.Int("transB", 1)).Build());
        using var net = new Calibrated(graph, Nets.Noise(16, 3, 4, 4, 4));
        int middle = graph.ProducerGroup("g2");
        var network = net.Resolver.Resolve(Nets.Mixed(graph, index => index != middle));

        var nodes = OptimizedGraph.Nodes(OnnxWriter.Write(QdqExporter.Export(network)).Message);

        nodes.Count(node => node.OpType is "Gemm" or "FusedGemm").ShouldBe(1, string.Join(' ', nodes.Select(node => node.OpType)));
        nodes.Count(node => node.OpType == "QGemm").ShouldBe(2);
    }

    [Theory]
    [InlineData(Nets.ResNet8)]
    [InlineData(Nets.ResNet20)]
    [InlineData(Nets.MobileNet)]
    public void Export_AllInt8_LeavesNoFloatConvolutionInTheRuntime(string model)
    {
        using var net = Calibrated.Shared(model, 4, 4);
        var network = net.AllInt8();

        var types = OptimizedGraph.Nodes(OnnxWriter.Write(QdqExporter.Export(network)).Message).Select(node => node.OpType).ToList();

        // A convolution that makes the logits stays in float: they are never rounded to 256 values.
        var output = net.Graph.Graph.Nodes[^1];
        int last = output.OpType == "Flatten" && net.Graph.ProducingNode(output.Inputs[0])?.OpType == "Conv" ? 1 : 0;
        types.Count(type => type is "Conv" or "FusedConv").ShouldBe(last);
        types.ShouldNotContain("Relu");
        types.ShouldNotContain("Clip");
        types.Count(type => type == "QLinearConv").ShouldBe(net.Graph.Graph.Nodes.Count(node => node.OpType == "Conv") - last);
        types.Count(type => type == "QuantizeLinear").ShouldBe(1, "only the pixels are quantized on the way");
    }

    private static ModelGraph ThreeLayers(string activation)
    {
        var builder = new GraphBuilder(13, -1, 3, 8, 8)
            .Floats("w1", [8, 3, 3, 3], Nets.Values(216, 1, 0.01)).Floats("b1", [8], Nets.Values(8, 2))
            .Floats("w2", [8, 8, 3, 3], Nets.Values(576, 3, 0.2)).Floats("b2", [8], Nets.Values(8, 4))
            .Floats("w3", [8, 8, 3, 3], Nets.Values(576, 5, 0.2)).Floats("b3", [8], Nets.Values(8, 6))
            .Floats("low", [], 0).Floats("high", [], 6)
            .Node("Conv", "x w1 b1", "c1", Nets.Same).Node("Relu", "c1", "r1")
            .Node("Conv", "r1 w2 b2", "c2", Nets.Same);
        string last = "c2";
        foreach (string type in activation.Split(' ').Where(type => type != "none"))
        {
            _ = type switch
            {
                "Clip" => builder.Node(type, $"{last} low high", last + type),
                "MaxPool" => builder.Node(type, last, last + type, GraphBuilder.Ints("kernel_shape", [2, 2])),
                "Transpose" => builder.Node(type, last, last + type, GraphBuilder.Ints("perm", [0, 1, 3, 2])),
                _ => builder.Node(type, last, last + type),
            };
            last += type;
        }

        return builder.Node("Conv", $"{last} w3 b3", "c3", Nets.Same)
            .Node("GlobalAveragePool", "c3", "g")
            .Node("Flatten", "g", "y")
            .Build();
    }

    private static void HoldsWhatThePlanSays(QuantizedNetwork network, bool unsignedWeights)
    {
        var bytes = OnnxWriter.Write(QdqExporter.Export(network, unsignedWeights: unsignedWeights));
        var exported = OnnxReader.Read(bytes, "exported");

        exported.Opset.ShouldBeGreaterThanOrEqualTo(13);
        exported.Nodes.Count(node => node.OpType == "QuantizeLinear").ShouldBe(QdqExporter.ExpectedQuantizeNodes(network));
        exported.Nodes.Select(node => node.Name).ShouldBeUnique();
        var producers = exported.Nodes.ToDictionary(node => node.Output, StringComparer.Ordinal);
        foreach (var node in network.Graph.Graph.Nodes.Where(network.Layout.HasQuantizedWeights))
        {
            var written = exported.Nodes.Single(candidate => candidate.Name == node.Name);
            var weight = producers[written.Inputs[1]];
            int axis = node.OpType == "Conv" || node.GetInt("transB", 0) != 0 ? 0 : 1;
            float[] weightScales = exported.Initializers[weight.Inputs[1]].As<float>().ToArray();
            weight.OpType.ShouldBe("DequantizeLinear");
            weight.GetInt("axis", 1).ShouldBe(axis);
            exported.Initializers[weight.Inputs[0]].Type.ShouldBe(unsignedWeights ? ElementType.UInt8 : ElementType.Int8);
            weightScales.Length.ShouldBe((int)exported.Initializers[weight.Inputs[0]].Shape[axis]);
            exported.Initializers[weight.Inputs[2]].Bytes.ToArray().ShouldAllBe(zero => zero == (unsignedWeights ? 128 : 0));
            var input = producers[written.Inputs[0]];
            input.OpType.ShouldBe("DequantizeLinear");
            exported.Initializers[input.Inputs[2]].Type.ShouldBe(ElementType.UInt8);
            if (written.HasInput(2))
            {
                var bias = producers[written.Inputs[2]];
                float inputScale = exported.Initializers[input.Inputs[1]].As<float>()[0];
                exported.Initializers[bias.Inputs[0]].Type.ShouldBe(ElementType.Int32);
                exported.Initializers[bias.Inputs[1]].As<float>().ToArray().ShouldBe([.. weightScales.Select(scale => inputScale * scale)]);
            }
        }
    }
}
