using System.Text;
using Cluster.Contract.V1;
using Cluster.Tests;

namespace Cluster.Silo.Tests.Api;

/// <summary>A silo with a child, and a disk whose files are looked at afterwards.</summary>
public sealed class HostileSilo : IAsyncLifetime
{
    internal const string Images = "images-idx3-ubyte";
    private const string Labels = "labels-idx1-ubyte";

    private readonly PlantedFiles _disk = new();
    private RealSilo? _silo;

    public string Root => _disk.Root;

    public IReadOnlyList<string> Before { get; private set; } = [];

    internal RealSilo Silo => _silo!;

    internal JobSpec Fine { get; private set; } = new();

    public IReadOnlyList<string> Planted() =>
    [
        .. new[] { _disk.Root, _disk.Outside }.SelectMany(Directory.GetFileSystemEntries).Order(StringComparer.Ordinal),
    ];

    public async ValueTask InitializeAsync()
    {
        _silo = await RealSilo.StartAsync(_disk.Data);
        byte[] Read(string name) => File.ReadAllBytes(Path.Combine(_disk.Shared, name));
        Fine = new JobSpec
        {
            Model = await Silo.UploadAsync(Read("tiny.onnx")),
            Calibration = new DataSet
            {
                Artefact = await Silo.UploadAsync(SampleTar.Of((Images, Read(Images)), (Labels, Read(Labels)))),
                Spec = $"idx:{Images}",
            },
            Preprocess = Encoding.UTF8.GetString(Read("tiny.preprocess.json")),
            Methods = { "max" },
            Batch = 4,
            Reconstruct = ReconstructionMode.Never,
        };
        Before = Planted();
    }

    public async ValueTask DisposeAsync()
    {
        await Silo.DisposeAsync();
        _disk.Dispose();
    }
}
