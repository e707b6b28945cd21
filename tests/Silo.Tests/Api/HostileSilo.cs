using Cluster.Contract.V1;

namespace Cluster.Silo.Tests.Api;

/// <summary>A silo with a child, and a disk whose files are looked at afterwards.</summary>
public class HostileSilo : IAsyncLifetime
{
    internal const string Images = "images-idx3-ubyte";
    private const string Labels = "labels-idx1-ubyte";

    private readonly bool _shares;
    private RealSilo? _silo;

    public HostileSilo()
    {
    }

    /// <param name="shares">Whether callers may name files of the disk's shared folder.</param>
    protected HostileSilo(bool shares) => _shares = shares;

    public IReadOnlyList<string> Before { get; private set; } = [];

    internal PlantedFiles Disk { get; } = new();

    internal RealSilo Silo => _silo!;

    internal JobSpec Fine { get; private set; } = new();

    public IReadOnlyList<string> Planted() =>
    [
        .. new[] { Disk.Root, Disk.Outside }.SelectMany(Directory.GetFileSystemEntries).Order(StringComparer.Ordinal),
    ];

    public async ValueTask InitializeAsync()
    {
        _silo = await RealSilo.StartAsync(Disk.Data, _shares ? [Disk.Shared] : []);
        byte[] Read(string name) => File.ReadAllBytes(Path.Combine(Disk.Shared, name));
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
        Disk.Dispose();
        GC.SuppressFinalize(this);
    }
}
