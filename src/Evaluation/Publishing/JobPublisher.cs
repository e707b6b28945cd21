using System.Security.Cryptography;
using Cluster.Coordinator;
using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Results;
using Cluster.Coordinator.Work;
using Cluster.Evaluation.Artefacts;
using Cluster.Evaluation.Failures;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Setup;
using Cluster.Kernels.Calibration;
using Cluster.Kernels.Evaluation.Parity;
using Cluster.Storage.Files;

namespace Cluster.Evaluation.Publishing;

/// <summary>
/// Makes the winner's files: the artefact behind its parity gate, the plan with the digests it was built from, the
/// latency observations, TensorRT's calibration cache, and what people read. Publishing again gives the same artefact
/// and plan.
/// </summary>
public sealed class JobPublisher(OpenedJob job, JobFolder folder, JobNames names)
{
    private const int GateImages = 256;

    /// <summary>Makes the files, and says which.</summary>
    /// <exception cref="JobException">The parity gate refused; nothing was published.</exception>
    public Task<IReadOnlyList<PublishedArtefact>> PublishAsync(JobOutcome outcome, CancellationToken cancellationToken) =>
        Task.Run(() => Publish(outcome, cancellationToken), cancellationToken);

    private IReadOnlyList<PublishedArtefact> Publish(JobOutcome outcome, CancellationToken cancellation)
    {
        var setup = job.Setup;
        var learned = outcome.Learned is { } digest ? new CalibrationFolder(folder.Calibration).ReadLearned(digest) : null;
        var artefact = setup.Builder.Build(outcome.Winner.Plan, cancellation, learned?.Biases, learned);
        var parity = artefact.Network is null
            ? null
            : ParityGate.Check(setup.Float32, artefact.Network, artefact.Bytes, setup.Evaluation.Take(GateImages), cancellation);
        if (parity is { Passed: false })
        {
            throw new ParityRefusedException(
                $"The parity gate refused the winner: {parity.Failure} Nothing was published; the journal is kept.");
        }

        AtomicFile.Write(folder.WinnerModel, artefact.Bytes);
        AtomicFile.Write(folder.WinnerPlan, Plan(outcome, artefact).Format());
        AtomicFile.Write(folder.Latency, Latencies(outcome).Format());
        using (var cache = new StringWriter())
        {
            CalibrationCacheWriter.Write(cache, Amax(outcome.Winner.Plan));
            AtomicFile.Write(folder.CalibrationCache, cache.ToString());
        }

        new ResultFiles(job, folder, names, outcome, parity).Write();
        foreach (string kept in new[] { folder.FineTuning, folder.Reconstruction }.Where(Directory.Exists))
        {
            Directory.Delete(kept, recursive: true);
        }

        return [.. new[]
        {
            folder.WinnerModel,
            folder.WinnerPlan,
            folder.Latency,
            folder.CalibrationCache,
            folder.Front,
            folder.Sensitivity,
            folder.Result,
            folder.Report
        }
            .Select(Describe)];
    }

    private static PublishedArtefact Describe(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        return new PublishedArtefact(Path.GetFileName(path), Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.LongLength);
    }

    private PlanFile Plan(JobOutcome outcome, BuiltArtefact artefact)
    {
        var calibration = new CalibrationFolder(folder.Calibration, job.Data.Digests.Calibration, job.Network.Digest);
        string statistics = calibration.ReadStatistics().Digest;
        string? corrections = artefact.Network is { CorrectedBiases.Count: > 0 } network
            ? calibration.WriteCorrections(network.CorrectedBiases)
            : null;
        return new PlanFile(
            outcome.Winner.Plan, new BuiltFrom(job.Network.Digest, statistics, corrections, outcome.Learned), job.Spec.Options.Seed);
    }

    private LatencyTableFile Latencies(JobOutcome outcome) =>
        new(job.Spec.LatencyContext, outcome.Latencies, outcome.Profile is { } profile ? [profile] : []);

    // TensorRT's cache is symmetric and per tensor; it covers every tensor, because TensorRT decides which ones it
    // uses.
    private IEnumerable<(string Tensor, float Amax)> Amax(Plan plan)
    {
        var setup = job.Setup;
        string usual = plan.Groups.FirstOrDefault(group => group.Format.IsCalibrated)?.Calibrator
            ?? job.Spec.Options.Methods[0];
        var settings = setup.Translator.Settings(plan);
        var points = setup.Resolver.Resolve(settings).Layout.Points;
        return setup.Statistics.Names.Select(tensor => (
            tensor,
            CalibrationMethod.Parse(points.TryGetValue(tensor, out var point) ? settings[point.Group].Calibrator : usual)
                .AbsoluteMaximum(setup.Statistics.Get(tensor))));
    }
}
