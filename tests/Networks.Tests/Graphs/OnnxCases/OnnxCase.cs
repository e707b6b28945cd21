using System.Globalization;

namespace Cluster.Networks.Tests.Graphs.OnnxCases;

/// <summary>How a case of ONNX's own tests ended.</summary>
internal enum OnnxEnd
{
    Right,
    Refused,
    Wrong,
    Exception,
}

/// <summary>One of ONNX's own tests: a model, its inputs, and the outputs that ONNX states.</summary>
/// <param name="Folder">With model.onnx and test_data_set_0.</param>
internal sealed record OnnxCase(string Folder)
{
    // As ONNX's own runner compares.
    private const double Relative = 1e-3, Absolute = 1e-5;

    /// <summary>Such as last/node/test_abs.</summary>
    public string Name { get; } = string.Join('/', Folder.Split('/')[^3..]);

    /// <summary>The version of the operator set that the model states; 0: none.</summary>
    public long Opset { get; } = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(Folder, "model.onnx")))
        .OpsetImport.FirstOrDefault(import => import.Domain is "" or "ai.onnx")?.Version ?? 0;

    /// <summary>
    /// The model as it is, and with each input in turn free and the others constants, as a layer has its weights. One wrong answer is
    /// wrong, and one right answer without it right.
    /// </summary>
    public (OnnxEnd End, string What) Run()
    {
        byte[] file = File.ReadAllBytes(Path.Combine(Folder, "model.onnx"));
        int inputs = Tensors("input").Length;
        return Enumerable.Range(-1, inputs > 1 ? inputs + 1 : 1).Select(free => Run(file, free))
            .MaxBy(ended => ended.End switch { OnnxEnd.Refused => 0, OnnxEnd.Right => 1, OnnxEnd.Wrong => 2, _ => 3 });
    }

    // With one free input; -1: as it is.
    private (OnnxEnd End, string What) Run(byte[] file, int free)
    {
        try
        {
            var model = ModelProto.Parser.ParseFrom(file);
            var (inputs, outputs) = (Tensors("input"), Tensors("output"));
            if (free >= 0)
            {
                foreach (var (value, tensor) in model.Graph.Input.Zip(inputs).Where((pair, i) => i != free && pair.First.Name.Length > 0))
                {
                    tensor.Name = value.Name;
                    model.Graph.Initializer.Add(tensor);
                }

                inputs = [inputs[free]];
            }

            var graph = OnnxReader.Read(ModelFile.Of(model.ToByteArray()), Name);
            GraphProblems.Verify(graph);
            var normal = GraphNormalizer.Normalize(graph);
            var grouped = GroupFinder.Find(normal);
            TensorData[] given = [.. inputs.Zip(graph.Inputs, Decoded)];
            TensorData[] expected = [.. outputs.Zip(graph.Outputs, Decoded)];
            using var session = OrtSession.Open(
                OnnxWriter.Write(normal), new OrtSessionOptions { AllowSpinning = false, KeepsShapes = true });
            given = [.. given.Zip(normal.Inputs, (value, input) => input.FileType > ElementType.BFloat16 ? Shown(value) : value)];
            var found = session.Run(given, session.OutputNames);
            if (!found.Zip(expected).All(pair => IsNear(Numbers(pair.First), Numbers(pair.Second))))
            {
                // Where ONNX Runtime itself gives something else for the model, that is what the network computes for its user.
                using var original = OrtSession.Open(ModelFile.Of(model.ToByteArray()), new OrtSessionOptions { KeepsShapes = true });
                expected = [.. original.Run(given, original.OutputNames)];
                if (!found.Zip(expected).All(pair => IsNear(Numbers(pair.First), Numbers(pair.Second))))
                {
                    return (OnnxEnd.Wrong, "the normal graph in ONNX Runtime");
                }
            }

            if (grouped.Outputs.Count > 0)
            {
                using var interpreter = new FloatNetwork(grouped);
                int first = normal.Outputs.Index().First(output => output.Item.Name == grouped.Output.Name).Index;
                if (!IsNear([.. interpreter.Run(given).Select(value => (double)value)], Numbers(expected[first])))
                {
                    return (OnnxEnd.Wrong, "the interpreter");
                }
            }

            return (OnnxEnd.Right, "");
        }
        catch (Exception refused) when (refused is KernelException or InvalidProtocolBufferException)
        {
            return (OnnxEnd.Refused, refused.Message);
        }
#pragma warning disable CA1031 // Any other exception is a finding, which the test names with its case.
        catch (Exception defect)
#pragma warning restore CA1031
        {
            return (OnnxEnd.Exception, $"{defect}");
        }
    }

    // The files of some versions hold bfloat16 as uint16.
    private TensorData Decoded(TensorProto proto, ValueInfo value) => TensorDecoder.Decode(proto, Name) is var tensor
        && (tensor.Type, value.Type) == (ElementType.UInt16, ElementType.BFloat16)
            ? new TensorData(ElementType.BFloat16, tensor.Shape, tensor.Bytes.ToArray())
            : tensor;

    // Narrower floats and integers as float32, by ONNX Runtime.
    private static TensorData Shown(TensorData tensor)
    {
        var graph = new ModelGraph
        {
            Name = "shown",
            Opset = 25,
            Inputs = [new ValueInfo("one", ElementType.Float, [1])],
            Outputs = [new ValueInfo("shown", ElementType.Float, tensor.Shape)],
            Nodes = [new GraphNode("cast", "Cast", ["narrow"], ["shown"], ("to", AttributeValue.Of((long)ElementType.Float)))],
            Initializers = new Dictionary<string, TensorData> { ["narrow"] = tensor },
        };
        using var session = OrtSession.Open(OnnxWriter.Write(graph), new OrtSessionOptions { AllowSpinning = false, KeepsShapes = true });
        return session.Run([TensorData.FromFloats([1], [0])], ["shown"])[0];
    }

    private TensorProto[] Tensors(string kind) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Folder, "test_data_set_0"), $"{kind}_*.pb")
            .OrderBy(path => int.Parse(Path.GetFileNameWithoutExtension(path)[(kind.Length + 1)..], CultureInfo.InvariantCulture))
            .Select(path => TensorProto.Parser.ParseFrom(File.ReadAllBytes(path))),
    ];

    private static double[] Numbers(TensorData tensor) => tensor.Type switch
    {
        ElementType.Double => tensor.As<double>().ToArray(),
        ElementType.Int64 => [.. tensor.As<long>().ToArray().Select(value => (double)value)],
        <= ElementType.BFloat16 => [.. tensor.ToFloats().ToArray().Select(value => (double)value)],
        _ => Numbers(Shown(tensor)),
    };

    private static bool IsNear(double[] found, double[] expected) => found.Length == expected.Length
        && found.Zip(expected).All(pair => pair.First.Equals(pair.Second)
            || Math.Abs(pair.First - pair.Second) <= Absolute + (Relative * Math.Abs(pair.Second)));
}
