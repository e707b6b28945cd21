using Cluster.Coordinator.Search;
using Cluster.Coordinator.Search.Facts;

namespace Cluster.Cli.Stored;

/// <summary>An earlier job, read from its folder: its journal, without owning it, and its published files.</summary>
internal sealed class StoredJob
{
    private StoredJob(string folder, IReadOnlyList<JournalRecord> records, JobState state)
    {
        Folder = folder;
        Records = records;
        State = state;
    }

    public string Folder { get; }

    public IReadOnlyList<JournalRecord> Records { get; }

    public JobState State { get; }

    /// <summary>Reads the journal of an output folder of `run`.</summary>
    /// <exception cref="NotFoundException">The folder, or a journal in it, does not exist.</exception>
    /// <exception cref="JobException">The journal is damaged or of another version.</exception>
    public static StoredJob Read(string folder)
    {
        string journal = Path.Combine(folder, "journal.jsonl");
        if (!File.Exists(journal))
        {
            throw new NotFoundException(
                Directory.Exists(folder)
                    ? $"there is no journal in {folder}; give the output folder of a job (run … -o OUT)."
                    : $"there is no folder {folder}; give the output folder of a job (run … -o OUT).");
        }

        var records = FileJournal.ReadOnly(journal);
        return JobState.Fold(records.Select(record => record.Event)) is { } state
            ? new StoredJob(folder, records, state)
            : throw new JobException($"The journal in {folder} is empty: run its command again.");
    }

    /// <summary>The plan of a folder's winner, or of a plan file, with the measurements of it by the folder's job.</summary>
    /// <exception cref="NotFoundException">Neither exists.</exception>
    /// <exception cref="JobException">It cannot be read, or the job has no winner yet.</exception>
    public static ComparedPlan Compared(string path)
    {
        if (Directory.Exists(path))
        {
            var job = Read(path);
            if (job.State.Selection is null)
            {
                throw new JobException($"The job in {path} has no winner yet: let it end, or end it with run … --max-minutes 0.");
            }

            var outcome = JobOutcome.Of(job.State);
            return Measured(path, outcome.Winner, outcome);
        }

        if (!File.Exists(path))
        {
            throw new NotFoundException($"there is neither a folder nor a plan file {path}; give a job's folder or a winner.plan.json.");
        }

        var plan = PlanFiles.Read(path).Plan;
        string beside = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return File.Exists(Path.Combine(beside, "journal.jsonl")) ? Measured(path, plan, Read(beside)) : Unmeasured(path, plan);
    }

    /// <summary>Makes a plan file for a plan of this job, built from its calibration.</summary>
    /// <exception cref="JobException">The job has published nothing yet.</exception>
    public PlanFile FileOf(Plan plan)
    {
        string path = Path.Combine(Folder, "winner.plan.json");
        if (!File.Exists(path))
        {
            throw new JobException(
                $"The job in {Folder} has published nothing yet, so a plan has nothing to be built from: let it end, or end it with "
                + "run … --max-minutes 0.");
        }

        var winner = PlanFiles.Read(path);
        return winner.Plan.Equals(plan)
            ? winner
            : new PlanFile(plan, winner.BuiltFrom with { Corrections = null, Learned = null }, winner.Seed);
    }

    private static ComparedPlan Measured(string name, Plan plan, StoredJob job) =>
        job.State.Selection is not null
            && JobOutcome.Of(job.State) is var outcome
            && outcome.Evaluated.Append(outcome.Winner).LastOrDefault(known => known.Plan.Equals(plan)) is { } measured
            ? Measured(name, measured, outcome)
            : Unmeasured(name, plan);

    private static ComparedPlan Measured(string name, PlanMeasurement plan, JobOutcome outcome) =>
        new(name, plan.Plan, plan.Accuracy, plan.Latency, outcome.Spec);

    private static ComparedPlan Unmeasured(string name, Plan plan) => new(name, plan, Accuracy: null, Latency: null, Spec: null);
}
