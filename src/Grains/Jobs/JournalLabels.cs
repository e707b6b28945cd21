namespace Cluster.Grains.Jobs;

/// <summary>Waits for labels in a job's journal, where <see cref="JobControl.LabelAsync"/> puts them.</summary>
internal sealed class JournalLabels(JobJournal journal) : ILabels
{
    public async Task<LabelResult> OfAsync(LabelItem item, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (given, status, count) = journal.Read(state => (state!.LabelsOf(item.Images), state.Status, journal.Count));
            if (given is not null)
            {
                return given;
            }

            if (status == JobStatus.Running)
            {
                // At first, and after a pause.
                await journal.TryAppendAsync(new LabelsAwaited(item.Images));
            }
            else
            {
                await journal.ReadAsync(count, 1, cancellationToken);
            }
        }
    }
}
