using Cluster.Evaluation.Publishing;

namespace Cluster.Evaluation.Nodes;

/// <summary>
/// Makes a job's files in a temporary folder and puts them into the artefact store, with all that `quantize --plan` needs to rebuild the
/// winner.
/// </summary>
/// <param name="read">Reads learned parameters by their digest.</param>
internal sealed class NodePublisher(
    OpenedJob opened, NodeFolders folders, IArtefactStore store, Func<string, CancellationToken, Task<LearnedParameters>> read)
{
    /// <summary>Publishes the winner of a job.</summary>
    /// <param name="job">The job's entry, which names it.</param>
    /// <param name="state">The job, with its winner selected.</param>
    /// <param name="cancellation">Stops it; nothing is published then.</param>
    /// <exception cref="ParityRefusedException">The parity gate refused; nothing was published.</exception>
    public async Task<PublishedResult> PublishAsync(JobEntry job, JobState state, CancellationToken cancellation)
    {
        var outcome = JobOutcome.Of(state);
        using var temporary = TemporaryFolder.Make(folders.Temporary);
        string root = temporary.Path;
        var folder = new JobFolder(root);
        new CalibrationFolder(folder.Calibration, opened.Spec.Data.Calibration, opened.Spec.Network).WriteStatistics(
            opened.Setup.Statistics);
        var numbers = new CalibrationFolder(folder.Calibration);
        if (outcome.Learned is { } learned)
        {
            numbers.WriteLearned(await read(learned, cancellation));
        }

        foreach (var tuned in outcome.Trained)
        {
            // A journal of an earlier version names numbers that were not kept.
            if (await store.SizeAsync(tuned.Learned, cancellation) is not null)
            {
                numbers.WriteLearned(await read(tuned.Learned, cancellation));
            }
        }

        foreach (string digest in opened.Setup.Repairs.Missing(JobPublisher.Published(outcome)))
        {
            opened.Setup.Repairs.Add(digest, await read(digest, cancellation));
        }

        var published = await new JobPublisher(opened, folder, Names(job, root)).PublishAsync(outcome, cancellation);
        var calibration = Directory.EnumerateFiles(folder.Calibration)
            .Select(file => Path.GetRelativePath(root, file))
            .Order(StringComparer.Ordinal);
        var artefacts = new List<PublishedArtefact>();
        foreach (string name in published.Select(artefact => artefact.Name).Concat(calibration))
        {
            await using var content = File.OpenRead(Path.Combine(root, name));
            artefacts.Add(new PublishedArtefact(name, await store.PutAsync(content, cancellation), content.Length));
        }

        Forget(state);
        return new PublishedResult(artefacts);
    }

    // Learned numbers are in the store; a failed item is not tried again.
    private void Forget(JobState state)
    {
        var kept = state.Steps.Select(step => step.Item).Concat(state.Items.OfType<RepairItem>()).Select(folders.Learning);
        foreach (string folder in kept)
        {
            WorkFolders.Delete(folder);
        }
    }

    private static JobNames Names(JobEntry job, string root)
    {
        string name = job.DisplayName.Length > 0 ? job.DisplayName : job.Id;
        return new JobNames(job.Inputs with { Model = $"{name}.onnx" }, $"./cluster fetch {job.Id}", root);
    }
}
