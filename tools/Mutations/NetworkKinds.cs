using System.Text.Json.Nodes;
using Cluster.DataSpecs.Models;
using Cluster.Evaluation.Artefacts;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Targets;
using Cluster.Glyphs;
using Cluster.Networks;
using Cluster.Networks.Graphs.Onnx;
using Cluster.Plans;
using Cluster.Storage.Files;

namespace Cluster.Mutations;

/// <summary>Networks, and plans for one.</summary>
internal static class NetworkKinds
{
    private const string Model = "net.onnx";
    private const long Seed = 1;

    /// <summary>ONNX files, up to groups, written again and read again.</summary>
    public static MutationKind Onnx() => new(
        "onnx",
        [
            new(Model, OnnxWriter.Write(Convolutional()).Message),
            new("exported.onnx", OnnxWriter.Write(ExportedSample.Graph()).Message),
            new("vit.onnx", OnnxWriter.Write(GlyphTransformer.ToGraph(Seed, width: 4)).Message),
        ],
        static (folder, sample) => WriteTwice(NetworkFile.Open(Path.Combine(folder, sample.Name)).Grouped.Graph));

    /// <summary>ONNX files with data in another file, and that file.</summary>
    public static MutationKind External()
    {
        var (model, data) = ApartSample.Split(OnnxWriter.Write(Convolutional()).Message, "net.data");
        return new(
            "external",
            [new(Model, model), new("net.data", data)],
            static (folder, _) => WriteTwice(NetworkFile.Open(Path.Combine(folder, Model)).Grouped.Graph));
    }

    /// <summary>Plan files, up to the settings of a network's groups.</summary>
    public static MutationKind Plan()
    {
        var translator = Translator();
        string text = Text([.. translator.Decided.Select(group => group.Name)]);
        return new(
            "plan",
            [
                new("net.plan.json", Encoding.UTF8.GetBytes(text)),
                new("edited.plan.json", Encoding.UTF8.GetBytes(WithoutDigest(text))),
            ],
            (folder, sample) => translator.Settings(PlanFiles.Read(Path.Combine(folder, sample.Name)).Plan));
    }

    // What was read has to come back from its own file: anything else is a fault, no refusal.
    private static void WriteTwice(ModelGraph graph)
    {
        byte[] once = OnnxWriter.Write(graph).Message;
        try
        {
            if (!OnnxWriter.Write(OnnxReader.Read(ModelFile.Of(once), "rewritten")).Message.AsSpan().SequenceEqual(once))
            {
                throw new InvalidOperationException("A file that was written of a graph is read as another graph.");
            }
        }
        catch (KernelException failure)
        {
            throw new InvalidOperationException("A file that was written of a graph is refused.", failure);
        }
    }

    private static PlanTranslator Translator()
    {
        var folder = Directory.CreateTempSubdirectory("mutations");
        try
        {
            string path = Path.Combine(folder.FullName, Model);
            File.WriteAllBytes(path, OnnxWriter.Write(Convolutional()).Message);
            var network = NetworkFile.Open(path);
            return new PlanTranslator(network.Grouped, network.Digest, TargetList.Usual.Name);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // What a user leaves who edits a plan by hand: damage is not found by its digest then.
    private static string WithoutDigest(string plan)
    {
        var members = JsonNode.Parse(plan)!.AsObject();
        members.Remove("digest");
        return members.ToJsonString();
    }

    private static string Text(IReadOnlyList<string> groups)
    {
        static GroupDecision Decision(string group, int index) => index == 1
            ? GroupDecision.Baseline(group)
            : GroupDecision.In(GroupFormat.Int8, group, index == 0 ? "percentile:99.99" : "mse", biasCorrection: true);
        string digest = new('a', 64);
        return new PlanFile(
            new Plan(TargetList.Usual.Name, [.. groups.Select(Decision)]), new BuiltFrom(digest, digest), Seed).Format();
    }

    // An operator of each family with attributes, shapes or constants that may be damaged.
    private static ModelGraph Convolutional()
    {
        var net = new GraphWriter("mutations", 13, (ulong)Seed);
        net.Node(
            "Conv",
            ["x", net.Normal("w1", [4, 2, 3, 3], 18)],
            "first_conv",
            ("pads", AttributeValue.Of([1L, 1, 1, 1])),
            ("kernel_shape", AttributeValue.Of([3L, 3])));
        net.Node(
            "BatchNormalization", ["first_conv", net.Ones("g", [4]), net.Zeros("s", [4]), net.Zeros("m", [4]), net.Ones("v", [4])], "n");
        net.Node("Relu", ["n"], "r");
        net.Node("MaxPool", ["r"], "p", ("kernel_shape", AttributeValue.Of([2L, 2])), ("strides", AttributeValue.Of([2L, 2])));
        net.Node(
            "Conv",
            ["p", net.Normal("w2", [4, 1, 3, 3], 9)],
            "second",
            ("group", AttributeValue.Of(4L)),
            ("pads", AttributeValue.Of([1L, 1, 1, 1])));
        net.Node("Concat", ["p", "second"], "c", ("axis", AttributeValue.Of(1L)));
        net.Node("Slice", ["c", net.Ints("from", 1), net.Ints("to", 5), net.Ints("axis", 1)], "part");
        net.Node("ConvTranspose", ["part", net.Normal("w3", [4, 2, 2, 2], 16)], "t", ("strides", AttributeValue.Of([2L, 2])));
        net.Node("Transpose", ["t"], "turned", ("perm", AttributeValue.Of([0L, 2, 3, 1])));
        net.Node("Reshape", ["turned", net.Ints("shape", 0, -1)], "f");
        net.Node("Gemm", ["f", net.Normal("w4", [3, 128], 128), net.Zeros("b4", [3])], "head", ("transB", AttributeValue.Of(1L)));
        net.Node("Softmax", ["head"], "y", ("axis", AttributeValue.Of(1L)));
        return net.Build(new ValueInfo("x", ElementType.Float, [-1, 2, 8, 8]), new ValueInfo("y", ElementType.Float, [-1, 3]));
    }
}
