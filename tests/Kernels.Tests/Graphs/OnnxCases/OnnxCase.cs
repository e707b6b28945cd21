using System.Globalization;
using Cluster.Kernels.Graphs.Onnx.Schema;
using Cluster.Kernels.Graphs.Passes;
using Google.Protobuf;

namespace Cluster.Kernels.Tests.Graphs.OnnxCases;

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

            var graph = OnnxReader.Read(model.ToByteArray(), Name);
            GraphProblems.Verify(graph);
            var normal = GraphNormalizer.Normalize(graph);
            var grouped = GroupFinder.Find(normal);
            TensorData[] given = [.. inputs.Select(input => TensorDecoder.Decode(input, Name))];
            TensorData[] expected = [.. outputs.Select(output => TensorDecoder.Decode(output, Name))];
            using var session = OrtSession.Open(
                OnnxWriter.Write(normal), new OrtSessionOptions { AllowSpinning = false, KeepsShapes = true });
            var found = session.Run(given, session.OutputNames);
            if (!found.Zip(expected).All(pair => IsNear(Numbers(pair.First), Numbers(pair.Second))))
            {
                // Where ONNX Runtime itself gives something else for the model, that is what the network computes for its user.
                using var original = OrtSession.Open(model.ToByteArray(), new OrtSessionOptions { KeepsShapes = true });
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

    private TensorProto[] Tensors(string kind) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Folder, "test_data_set_0"), $"{kind}_*.pb")
            .OrderBy(path => int.Parse(Path.GetFileNameWithoutExtension(path)[(kind.Length + 1)..], CultureInfo.InvariantCulture))
            .Select(path => TensorProto.Parser.ParseFrom(File.ReadAllBytes(path))),
    ];

    private static double[] Numbers(TensorData tensor) => tensor.Type switch
    {
        ElementType.Float => [.. tensor.As<float>().ToArray().Select(value => (double)value)],
        ElementType.Double => tensor.As<double>().ToArray(),
        ElementType.Float16 => [.. tensor.As<Half>().ToArray().Select(value => (double)value)],
        ElementType.Int64 => [.. tensor.As<long>().ToArray().Select(value => (double)value)],
        ElementType.Int32 => [.. tensor.As<int>().ToArray().Select(value => (double)value)],
        ElementType.Int8 => [.. tensor.As<sbyte>().ToArray().Select(value => (double)value)],
        _ => [.. tensor.Bytes.ToArray().Select(value => (double)value)],
    };

    private static bool IsNear(double[] found, double[] expected) => found.Length == expected.Length
        && found.Zip(expected).All(pair => pair.First.Equals(pair.Second)
            || Math.Abs(pair.First - pair.Second) <= Absolute + (Relative * Math.Abs(pair.Second)));
}
