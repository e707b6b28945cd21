using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Cluster.Contract.V1;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Tests;
using Grpc.Core;

namespace Cluster.Silo.Tests.Api;

/// <summary>
/// Uploaded networks and data that were made to harm who reads them: each is refused with a sentence, and the silo goes on.
/// </summary>
public sealed class HostileFileTests(HostileSilo at) : IClassFixture<HostileSilo>
{
    private const string Images = HostileSilo.Images;

    private static readonly Dictionary<string, (byte[] Tar, string Spec)> Data = new(StringComparer.Ordinal)
    {
        ["a tar that is none"] = (Encoding.ASCII.GetBytes(new string('x', 5000)), "idx:x"),
        ["a tar of nothing"] = ([], "idx:x"),
        ["a tar cut short"] = (SampleTar.Of((Images, new byte[5000]))[..3000], $"idx:{Images}"),
        ["a tar in gzip"] = (Gzip(SampleTar.Of((Images, [1]))), $"idx:{Images}"),
        ["a tar that says it has 8 GiB"] = (Sized(SampleTar.Of((Images, [1])), "77777777777"), $"idx:{Images}"),
        ["a tar that says it has less than nothing"] = (Sized(SampleTar.Of((Images, [1])), "-0000000001"), $"idx:{Images}"),
        ["a file above the folder"] = (SampleTar.Of(("../../out", [1])), "idx:../../out"),
        ["a file at the root"] = (SampleTar.Of(("/tmp/owned", [1])), "idx:/tmp/owned"),
        ["a file with a path of 5000"] = (SampleTar.Of((string.Concat(Enumerable.Repeat("a/", 2500)) + "b", [1])), "idx:a"),
        ["a file with a name of 5000"] = (SampleTar.Of((new string('a', 5000), [1])), $"idx:{new string('a', 300)}"),
        ["a file below a file"] = (SampleTar.Of(("a", [1]), ("a/b", [1])), "idx:a/b"),
        ["a link out"] = Special(TarEntryType.SymbolicLink, "/etc/passwd"),
        ["a link to itself"] = Special(TarEntryType.SymbolicLink, "special"),
        ["a hard link out"] = Special(TarEntryType.HardLink, "/etc/passwd"),
        ["a pipe"] = Special(TarEntryType.Fifo, ""),
        ["a character device"] = Special(TarEntryType.CharacterDevice, ""),
        ["a block device"] = Special(TarEntryType.BlockDevice, ""),
        ["images of terabytes"] = Tarred("i", [0, 0, 8, 3, 0x7f, 0xff, 0xff, 0xff, 0, 0, 16, 0, 0, 0, 16, 0], "idx:i"),
        ["images of terabytes, packed"] = Tarred("i", Gzip([0, 0, 8, 3, 0x7f, 0xff, 0xff, 0xff, 0, 0, 16, 0, 0, 0, 16, 0]), "idx:i"),
        ["fewer images than none"] = Tarred("i", [0, 0, 8, 3, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 8, 0, 0, 0, 8], "idx:i"),
        ["images without an end"] = Tarred("i", Gzip([0, 0, 8, 3, 0, 0, 0, 9, 0, 0, 0, 8, 0, 0, 0, 8, .. new byte[40 << 20]]), "idx:i"),
        ["a slice beyond the end"] = Tarred("i", [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 7], "idx:i@0..2147483647"),
        ["records with a label of 200"] = Tarred("c", [200, .. new byte[3072]], "cifar10:c"),
        ["a picture of 30,000 x 30,000"] = Tarred("d/a.png", Png(30_000, 30_000), "folder:d"),
        ["a picture of 2^31 x 2^31"] = Tarred("d/a.png", Png(int.MaxValue, int.MaxValue), "folder:d"),
        ["a picture of nothing"] = Tarred("d/a.png", Png(0, 0), "folder:d"),
        ["a photograph of 65,535 x 65,535"] = Tarred("d/a.jpg", Jpeg(65_535, 65_535), "folder:d"),
        ["a photograph of text"] = Tarred("d/a.jpg", "GIF89a<script>"u8.ToArray(), "folder:d"),
        ["a list without an end of its quote"] = List("label,file\n0,\"a.png\n"),
        ["a list that leads out"] = List("label,file\n0,../../../etc/passwd\n"),
        ["a list of null characters"] = List("label,file\n0,a\0b.png\n"),
        ["a list with a label of 2^31"] = List("label,file\n2147483648,a.png\n"),
        ["an array of terabytes"] = Npy("<f4", "(1000000000000, 1, 8, 8)"),
        ["an array of 2^64"] = Npy("<f4", "(4294967296, 4294967296, 4294967296)"),
        ["an array of less than nothing"] = Npy("<f4", "(-1, 1, 8, 8)"),
        ["an array of objects"] = Npy("|O", "(1, 1, 8, 8)"),
        ["an array with a head of code"] = Npy("<f4", "__import__('os').system('id')"),
        ["an archive of an array of terabytes"] =
            Tarred("a.npz", Zip(("image.npy", Array("<f4", "(1000000000000, 1, 8, 8)"))), "npz:a.npz"),
        ["an archive of 2000 arrays"] = Tarred(
            "a.npz", Zip([.. Enumerable.Range(0, 2000).Select(i => ($"{i}.npy", Array("|u1", "(0,)")))]), "npz:a.npz"),
        ["an archive that is none"] = Tarred("a.npz", "PK\u0003\u0004"u8.ToArray(), "npz:a.npz"),
    };

    private static readonly Dictionary<string, Func<byte[]>> Networks = new(StringComparer.Ordinal)
    {
        ["nothing"] = () => [],
        ["zeros"] = () => new byte[1 << 20],
        ["text"] = () => "<html>no network</html>"u8.ToArray(),
        ["a field of 2^63 bytes"] = () => [0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
        ["messages in each other"] = () => Nested(5000),
        ["half of a network"] = () => OnnxWriter.Write(TinyNetwork.Graph())[..300],
        ["no layers"] = () => Changed(graph => graph with { Nodes = [] }),
        ["no outputs"] = () => Changed(graph => graph with { Outputs = [] }),
        ["an input that nothing makes"] = () => First(node => node with { Inputs = ["nowhere", .. node.Inputs.Skip(1)] }),
        ["a circle"] = () => First(node => node with { Inputs = ["d", .. node.Inputs.Skip(1)] }),
        ["one name twice"] = () => Changed(graph => graph with { Nodes = [.. graph.Nodes, graph.Nodes[0]] }),
        ["an operator that there is not"] = () => First(node => node with { OpType = "System" }),
        ["an operator of another domain's name"] = () => First(node => node with { OpType = "../../bin/sh" }),
        ["a kernel of 2^62"] = () => With("kernel_shape", 1L << 62, 1L << 62),
        ["a kernel of less than nothing"] = () => With("kernel_shape", -3, -3),
        ["pads of 2^31"] = () => With("pads", int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue),
        ["strides of 0"] = () => With("strides", 0, 0),
        ["dilations of 2^40"] = () => With("dilations", 1L << 40, 1L << 40),
        ["weights of another shape"] = () => Changed(graph => graph with
        {
            Initializers = new Dictionary<string, TensorData>(graph.Initializers, StringComparer.Ordinal)
            {
                ["w1"] = TensorData.FromFloats([1], [1]),
            },
        }),
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
        error.Status.Detail.ShouldNotContain(at.Root, Case.Sensitive);
        at.Planted().ShouldBe(at.Before);
        var fine = await at.Silo.Jobs.CreateJobAsync(new CreateJobRequest { Spec = at.Fine, ValidateOnly = true });
        fine.Estimate.Groups.ShouldNotBeEmpty();
    }

    private static (byte[] Tar, string Spec) Tarred(string name, byte[] content, string spec) => (SampleTar.Of((name, content)), spec);

    private static (byte[] Tar, string Spec) Special(TarEntryType type, string link) =>
        (SampleTar.Of((Images, [1]), ("special", type, link)), "idx:special");

    private static (byte[] Tar, string Spec) List(string csv) =>
        (SampleTar.Of(("d/a.png", Png(1, 1)), ("l.csv", Encoding.UTF8.GetBytes(csv))), "folder:d,labels=l.csv");

    private static (byte[] Tar, string Spec) Npy(string type, string shape) => Tarred("a.npy", Array(type, shape), "npy:a.npy");

    private static byte[] Array(string type, string shape)
    {
        byte[] head = Encoding.ASCII.GetBytes($"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}\n");
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)head.Length, (byte)(head.Length >> 8), .. head];
    }

    private static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create))
        {
            foreach (var (name, content) in files)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return bytes.ToArray();
    }

    // The size of a tar's first file, in octal digits of its head, with the sum of the head made right again.
    private static byte[] Sized(byte[] tar, string size)
    {
        // The first two blocks are the extended head's.
        var head = tar.AsSpan(tar.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Images + "\0")), 512);
        Encoding.ASCII.GetBytes(size).CopyTo(head[124..]);
        head.Slice(148, 8).Fill((byte)' ');
        int sum = 0;
        foreach (byte one in head)
        {
            sum += one;
        }

        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(head[148..]);
        return tar;
    }

    // A head that promises so many grey pixels, and no more than that.
    private static byte[] Png(int width, int height)
    {
        byte[] head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), height);
        head[8] = 8;
        return [0x89, .. "PNG\r\n\u001a\n"u8, .. Part("IHDR", head), .. Part("IDAT", [0x78, 0x01, 3, 0, 0, 0, 0, 1]), .. Part("IEND", [])];

        static byte[] Part(string kind, byte[] content)
        {
            byte[] named = [.. Encoding.ASCII.GetBytes(kind), .. content];
            byte[] part = new byte[4 + named.Length + 4];
            BinaryPrimitives.WriteInt32BigEndian(part, content.Length);
            named.CopyTo(part, 4);
            BinaryPrimitives.WriteUInt32BigEndian(part.AsSpan(4 + named.Length), Crc(named));
            return part;
        }

        static uint Crc(byte[] bytes)
        {
            uint crc = ~0u;
            foreach (byte one in bytes)
            {
                crc ^= one;
                for (int bit = 0; bit < 8; bit++)
                {
                    crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
                }
            }

            return ~crc;
        }
    }

    private static byte[] Jpeg(ushort width, ushort height) =>
    [
        0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 1, 1, 0x11, 0, 0xff, 0xd9,
    ];

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

    private static byte[] Changed(Func<ModelGraph, ModelGraph> change) => OnnxWriter.Write(change(TinyNetwork.Graph()));

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
