using Cluster.Coordinator;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Results;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Work;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Learning;
using Cluster.Evaluation.Publishing;
using Cluster.Evaluation.Setup;
using Cluster.Kernels.Plans;
using Cluster.Storage.Files;

namespace Cluster.Evaluation.Nodes;

/// <summary>
/// Makes a job's files in a folder of their own and puts them into the artefact store, with all that `quantize --plan`
/// needs to build the winner again.
/// </summary>
internal sealed class NodePublisher(OpenedJob opened, NodeFolders folders, IArtefactStore store)
{
    /// <summary>Publishes the winner that the records end in.</summary>
    /// <exception cref="JobException">The records hold no winner.</exception>
    public async Task<WorkResult> PublishAsync(JobEntry job, IReadOnlyList<JournalRecord> records, CancellationToken cancellation)
    {
        if (JobState.Fold(records.Select(record => record.Event)) is not { Selection: not null } state)
        {
            throw new JobException("Files were asked for of a job without a winner: give the journal with the request.");
        }

        string root = Path.Combine(folders.Temporary, $"publish-{Path.GetRandomFileName()}");
        var folder = new JobFolder(root);
        try
        {
            await WriteJournalAsync(folder, records, cancellation);
            new CalibrationFolder(folder.Calibration, opened.Spec.Data.Calibration, opened.Spec.ModelDigest).WriteStatistics(
                opened.Setup.Statistics);
            if (JobOutcome.Of(state).Learned is { } learned)
            {
                await CopyLearnedAsync(folder, learned, cancellation);
            }

            IReadOnlyList<PublishedArtefact> published;
            try
            {
                published = await new JobPublisher(opened, folder, Names(job, root)).PublishAsync(JobOutcome.Of(state), cancellation);
            }
            catch (JobException refusal)
            {
                return new FailedResult(FailureKind.ParityRefused, refusal.Message);
            }

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
            return new PublishResult(artefacts);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private async Task CopyLearnedAsync(JobFolder folder, string digest, CancellationToken cancellation)
    {
        await using var content = await store.OpenAsync(digest, cancellation);
        new CalibrationFolder(folder.Calibration).WriteLearned(LearnedParameters.Load(content));
    }

    // What was learned is in the store; what failed will not be tried again.
    private void Forget(JobState state)
    {
        IEnumerable<string> kept =
        [
            .. state.Steps.Select(item => LearningPlace.FolderOf(folders.Reconstruction, item.Id)),
            .. (state.FineTune?.Item ?? state.FineTuneFailure?.Item) is { } tuning
                ? [LearningPlace.FolderOf(folders.FineTuning, tuning)]
                : Array.Empty<string>(),
        ];
        foreach (string folder in kept.Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // The report tells of every evaluated plan and reads them where `run` keeps them.
    private static async Task WriteJournalAsync(JobFolder folder, IReadOnlyList<JournalRecord> records, CancellationToken cancellation)
    {
        await using var journal = FileJournal.Open(folder.Journal);
        await journal.AppendAsync([.. records.Select(record => record.Event)], cancellation);
    }

    private static JobNames Names(JobEntry job, string root)
    {
        string name = job.DisplayName.Length > 0 ? job.DisplayName : job.Id;
        return new JobNames
        {
            Model = $"{name}.onnx",
            Calibration = job.Inputs.Calibration.Spec,
            Evaluation = job.Inputs.Evaluation?.Spec,
            Test = job.Inputs.Test?.Spec,
            Training = job.Inputs.Training?.Spec,
            CommandLine = $"./cluster fetch {job.Id}",
            Root = root,
        };
    }
}
