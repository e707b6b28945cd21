using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Results;
using Cluster.Coordinator.Running;
using Cluster.Coordinator.Work;
using Cluster.Evaluation.Publishing;

namespace Cluster.Cli.Verbs.Running;

/// <summary>Makes the files of a job that runs in this process.</summary>
internal sealed class LocalPublisher(JobPublisher publisher, JobJournal journal) : IPublisher
{
    public async Task<Publication> PublishAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        await attempt.Started(Environment.MachineName, "cpu");
        return new Publication(await publisher.PublishAsync(journal.Read(state => JobOutcome.Of(state!)), cancellationToken));
    }
}
