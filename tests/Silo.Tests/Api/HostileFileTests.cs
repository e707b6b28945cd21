using System.Formats.Tar;
using Cluster.Contract.V1;
using Cluster.Networks.Graphs;
using Cluster.Networks.Graphs.Onnx;

namespace Cluster.Silo.Tests.Api;

/// <summary>
/// Uploaded networks and data that were made to harm who reads them: each is refused with a sentence, and the silo goes on.
/// </summary>
public sealed class HostileFileTests(HostileSilo at) : IClassFixture<HostileSilo>
{
    private const string Images = HostileSilo.Images;

    // One of a kind: what each reader refuses is in SafeTarTests and in the tests of Kernels' readers.
    private static readonly Dictionary<string, (byte[] Tar, string Spec)> Data = new(StringComparer.Ordinal)
    {
        ["a tar that is none"] = (Encoding.ASCII.GetBytes(new string('x', 5000)), "idx:x"),
        ["a tar cut short"] = (SampleTar.Of((Images, new byte[5000]))[..3000], $"idx:{Images}"),
        ["a file above the folder"] = (SampleTar.Of(("../../out", [1])), "idx:../../out"),
        ["a file at the root"] = (SampleTar.Of(("/tmp/owned", [1])), "idx:/tmp/owned"),
        ["a file with a name of 5000"] = (SampleTar.Of((new string('a', 5000), [1])), $"idx:{new string('a', 300)}"),
        ["a file below a file"] = (SampleTar.Of(("a", [1]), ("a/b", [1])), "idx:a/b"),
        ["a link out"] = (SampleTar.Of((Images, [1]), ("special", TarEntryType.SymbolicLink, "/etc/passwd")), "idx:special"),
        ["images of terabytes"] = Tarred("i", [0, 0, 8, 3, 0x7f, 0xff, 0xff, 0xff, 0, 0, 16, 0, 0, 0, 16, 0], "idx:i"),
        ["a slice beyond the end"] = Tarred("i", [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 7], "idx:i@0..2147483647"),
        ["records with a label of 200"] = Tarred("c", [200, .. new byte[3072]], "cifar10:c"),
        ["a photograph of 65,535 x 65,535"] = Tarred(
            "d/a.jpg", [0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0xff, 0xff, 0xff, 0xff, 1, 1, 0x11, 0, 0xff, 0xd9], "folder:d"),
        ["a list that leads out"] = (
            SampleTar.Of(("d/a.png", [1]), ("l.csv", "label,file\n0,../../../etc/passwd\n"u8.ToArray())), "folder:d,labels=l.csv"),
        ["an array of terabytes"] = Npy("<f4", "(1000000000000, 1, 8, 8)"),
        ["an array of objects"] = Npy("|O", "(1, 1, 8, 8)"),
        ["an array with a head of code"] = Npy("<f4", "__import__('os').system('id')"),
        ["an archive that is none"] = Tarred("a.npz", "PK\u0003\u0004"u8.ToArray(), "npz:a.npz"),
    };

    private static readonly Dictionary<string, Func<byte[]>> Networks = new(StringComparer.Ordinal)
    {
        ["text"] = () => "<html>no network</html>"u8.ToArray(),
        ["a field of 2^63 bytes"] = () => [0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
        ["messages in each other"] = () => Nested(5000),
        ["no layers"] = () => Changed(graph => graph with { Nodes = [], Outputs = graph.Inputs }),
        ["an operator of another domain's name"] = () => First(node => node with { OpType = "../../bin/sh" }),
        ["a kernel of 2^62"] = () => With("kernel_shape", 1L << 62, 1L << 62),
        ["a kernel of less than nothing"] = () => With("kernel_shape", -3, -3),
        ["pads of 2^31"] = () => With("pads", int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue),
        ["strides of 0"] = () => With("strides", 0, 0),
        ["dilations of 2^40"] = () => With("dilations", 1L << 40, 1L << 40),
    };

    public static TheoryData<string> DataRows => [.. Data.Keys];

    public static TheoryData<string> NetworkRows => [.. Networks.Keys];

    [Theory]
    [MemberData(nameof(DataRows))]
    public async Task CreateJob_HostileData_IsRefused(string name)
    {
        var spec = at.Fine.Clone();
        spec.Calibration = new DataSet { Artefact = await at.Silo.UploadAsync(Data[name].Tar), Spec = Data[name].Spec };

        await RefusedAsync(spec);
    }

    [Theory]
    [MemberData(nameof(NetworkRows))]
    public async Task CreateJob_HostileNetwork_IsRefused(string name)
    {
        var spec = at.Fine.Clone();
        spec.Model = await at.Silo.UploadAsync(Networks[name]());

        await RefusedAsync(spec);
    }

    private async Task RefusedAsync(JobSpec spec)
    {
        var error = await Should.ThrowAsync<RpcException>(
            () => at.Silo.Jobs.CreateJobAsync(new CreateJobRequest { Spec = spec, ValidateOnly = true }).ResponseAsync);

        error.StatusCode.ShouldBe(StatusCode.InvalidArgument, error.Status.Detail);
        error.Status.Detail.Length.ShouldBeInRange(20, 1500);
        error.Status.Detail.ShouldNotContain("root:", Case.Sensitive);
        error.Status.Detail.ShouldNotContain(at.Disk.Root, Case.Sensitive);
        at.Planted().ShouldBe(at.Before);
        var fine = await at.Silo.Jobs.CreateJobAsync(new CreateJobRequest { Spec = at.Fine, ValidateOnly = true });
        fine.Estimate.Groups.ShouldNotBeEmpty();
    }

    private static (byte[] Tar, string Spec) Tarred(string name, byte[] content, string spec) => (SampleTar.Of((name, content)), spec);

    private static (byte[] Tar, string Spec) Npy(string type, string shape)
    {
        byte[] head = Encoding.ASCII.GetBytes($"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}\n");
        return Tarred("a.npy", [0x93, .. "NUMPY"u8, 1, 0, (byte)head.Length, (byte)(head.Length >> 8), .. head], "npy:a.npy");
    }

    // A graph in the attribute of a node of a graph, and so on.
    private static byte[] Nested(int depth)
    {
        byte[] inner = [];
        for (int i = 0; i < depth && inner.Length < 1 << 20; i++)
        {
            inner = Field(1, Field(5, Field(6, inner)));
        }

        return Field(7, inner);

        static byte[] Field(int number, byte[] content)
        {
            var bytes = new List<byte> { (byte)((number << 3) | 2) };
            uint left = (uint)content.Length;
            for (; left >= 0x80; left >>= 7)
            {
                bytes.Add((byte)(left | 0x80));
            }

            return [.. bytes, (byte)left, .. content];
        }
    }

    private static byte[] Changed(Func<ModelGraph, ModelGraph> change) => OnnxWriter.Write(change(TinyNetwork.Graph())).Message;

    private static byte[] First(Func<GraphNode, GraphNode> change) =>
        Changed(graph => graph with { Nodes = [change(graph.Nodes[0]), .. graph.Nodes.Skip(1)] });

    private static byte[] With(string attribute, params long[] values) => First(node => node with
    {
        Attributes = new Dictionary<string, AttributeValue>(node.Attributes, StringComparer.Ordinal)
        {
            [attribute] = AttributeValue.Of(values),
        },
    });
}
