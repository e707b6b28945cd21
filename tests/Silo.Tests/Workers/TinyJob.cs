using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;

namespace Cluster.Silo.Tests.Workers;

/// <summary>A job on the tiny network, its files in the artefact store of a folder.</summary>
internal static class TinyJob
{
    /// <param name="label">Changes the labels.</param>
    public static async Task<(JobInputs Inputs, JobOptions Options)> StoreAsync(WorkFolder folder, Func<byte, byte>? label = null)
    {
        var cancellation = TestContext.Current.CancellationToken;
        TinyNetwork.Write(folder.Root);
        byte[] labels = await File.ReadAllBytesAsync(folder["labels-idx1-ubyte"], cancellation);
        string tar = await StoreAsync(folder, SampleTar.Of(
            ("images-idx3-ubyte", await File.ReadAllBytesAsync(folder["images-idx3-ubyte"], cancellation)),
            ("labels-idx1-ubyte", label is null ? labels : [.. labels[..8], .. labels[8..].Select(label)])));
        return (
            new JobInputs
            {
                Model = await StoreAsync(folder, await File.ReadAllBytesAsync(folder["tiny.onnx"], cancellation)),
                Calibration = new DataLocation("idx:images-idx3-ubyte", tar),
                Preprocess = await File.ReadAllTextAsync(folder["tiny.preprocess.json"], cancellation),
            },
            new JobOptions { Methods = ["max"], Batch = 4, Reconstruct = ReconstructionMode.Never });
    }

    public static async Task<string> StoreAsync(WorkFolder folder, byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return await new FolderArtefactStore(folder["artefacts"]).PutAsync(stream, TestContext.Current.CancellationToken);
    }

    public static JobEntry Entry(JobInputs inputs, PreparedResult prepared) => new()
    {
        Id = $"job-{prepared.Spec.JobId[..8]}",
        CreatedAt = DateTimeOffset.UnixEpoch,
        Spec = prepared.Spec,
        Space = prepared.Space,
        Inputs = inputs,
    };
}
