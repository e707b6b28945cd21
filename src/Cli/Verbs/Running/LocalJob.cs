using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Search.Strategies.Explorations;
using Cluster.Evaluation;
using Cluster.Evaluation.Labels;
using Cluster.Evaluation.Learning;
using Cluster.Evaluation.Publishing;

namespace Cluster.Cli.Verbs.Running;

/// <summary>A job that runs in this process: opened and checked first, then run or resumed to its end.</summary>
internal sealed class LocalJob : IDisposable
{
    private readonly JobRequest _request;

    private readonly TargetSweeps? _sweeps;

    private LocalJob(JobRequest request, OpenedJob opened, TargetSweeps? sweeps)
    {
        _request = request;
        _sweeps = sweeps;
        Opened = opened;
        Folder = new JobFolder(request.Output);
    }

    public OpenedJob Opened { get; }

    public JobSpec Spec => Opened.Spec;

    public JobFolder Folder { get; }

    /// <summary>Reads and checks everything that a user can get wrong, before any work.</summary>
    /// <param name="request">The request.</param>
    /// <param name="sweeps">Sweeps of the command's jobs for other targets, or null.</param>
    /// <exception cref="Networks.KernelException">Model or data cannot be used.</exception>
    /// <exception cref="JobException">The request cannot be fulfilled.</exception>
    public static LocalJob Open(JobRequest request, TargetSweeps? sweeps = null) =>
        new(
            request,
            OpenedJob.Describe(
                request.Inputs,
                request.Options,
                JobFolder.CalibrationIn(request.Output),
                WorkingMemory.Of(request.Memory)),
            sweeps);

    /// <summary>Reads what a request gives besides model and data: times of plans, and labels.</summary>
    /// <exception cref="Networks.KernelException">The labels are damaged, or not those of the evaluation images.</exception>
    /// <exception cref="JobException">The times are missing, or those of another job.</exception>
    public static (ILatencyTable? Latencies, GivenLabels? Labels) GivenFiles(JobRequest request, OpenedJob job) => (
        FleetTimes.Of(request, job.Spec),
        request.Labels is { } list ? GivenLabels.Read(list, job.Data.Evaluation.Images, job.Network.Classes) : null);

    /// <summary>Runs or resumes the job, or reports it if it is finished.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the same command resumes it.</exception>
    public async Task<JobOutcome> RunAsync(JobPublisher publisher, IProgress<JobProgress>? progress, CancellationToken cancellation)
    {
        // Read first: every possible refusal must come before the earlier job is deleted.
        var (latencies, labels) = GivenFiles(_request, Opened);
        var cache = _request.Cache is { } folder ? new CalibratorCache(SharedResults.In(folder), Spec) : null;
        await using var stored = await OpenJournalAsync(cancellation);
        using var journal = new JobJournal(stored);
        if (journal.Read(state => state is null || state.JobId == Spec.JobId))
        {
            Folder.WriteConfig(_request);
        }

        var evaluator = new LocalEvaluator(Opened.Lazy, Learning(), async stop => new PublishedResult(
            await publisher.PublishAsync(journal.Read(state => JobOutcome.Of(state!)), stop)));
        using var control = new JobControl(journal);
        var runner = new JobRunner(evaluator, journal, control, SearchStrategies.Of(Spec.Options), new JobRunnerOptions
        {
            Workers = _request.Workers,
            Cache = _sweeps is null ? cache : _sweeps.With(cache),
            Latencies = latencies,
            Labels = labels,
            Publishes = true,
            Timings = evaluator.Expect,
            Waited = () => evaluator.Waited,
            Progress = progress,
        });
        try
        {
            return await runner.RunAsync(Spec, cancellation)
                ?? throw new JobException("The job was cancelled: start again with --fresh.");
        }
        catch (LabelsWantedException wanted)
        {
            throw Waits(journal, wanted.Item, labels);
        }
    }

    private WaitingException Waits(JobJournal journal, LabelItem item, GivenLabels? given)
    {
        LabelSheet.Write(
            Folder.LabelThese,
            Folder.LabelPage,
            journal.Read(state => LabelRequest.Of(state!))!.With(image => given?.Of(image)),
            Opened.Data.Evaluation.Images,
            Opened.Data.Evaluation.Names);
        int missing = given?.Missing(item).Count() ?? item.Images.Count;
        string list = Path.Combine(_request.Output, Path.GetFileName(Folder.LabelThese));
        return new WaitingException(
            $"the job waits for {(missing == 1 ? "1 label, which decides" : $"{missing} labels, which decide")} whether plans are accurate "
            + "enough: open "
            + $"{Path.ChangeExtension(list, "html")} or fill in {list}, then run the same command with --labels {list}");
    }

    public void Dispose() => Opened.Dispose();

    private LearningPlace Learning() => new()
    {
        Checkpoints = Folder.FineTuning,
        Blocks = Folder.Reconstruction,
        KeepAsync = (learned, _) => Task.FromResult(new CalibrationFolder(Folder.Calibration).WriteLearned(learned)),
        ReadAsync = (digest, _) => Task.FromResult(new CalibrationFolder(Folder.Calibration).ReadLearned(digest)),
        Say = text => Opened.Lazy.Said?.Invoke(text),
    };

    private async Task<FileJournal> OpenJournalAsync(CancellationToken cancellation)
    {
        Continuation? goingOn = null;
        var journal = FileJournal.Open(
            Folder.Journal,
            forget: _request.Fresh,
            keep: records => (goingOn = Continuation.Of(records, Spec.Options.MaxMinutes) ?? Again(records))?.Kept ?? records.Count);
        if (_request.Fresh)
        {
            Folder.Clear();
        }
        else if (goingOn is not null)
        {
            // The folder of a resumed job has no result yet.
            Folder.ClearResult();
            Opened.Lazy.Said?.Invoke(goingOn.Words);
        }

        if (goingOn is not null)
        {
            await journal.AppendAsync([goingOn.Next], cancellation);
        }

        return journal;
    }

    // An unfinished job goes on as it is: its finalists are still to be timed.
    private Continuation? Again(IReadOnlyList<JournalRecord> records) => !_request.Retime ? null
        : records.Count > 0 ? Continuation.Again(records)
        : throw new NotFoundException($"{_request.Output} holds no job to time again: leave --retime out.");
}
