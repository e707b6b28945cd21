using Xunit.Sdk;
using Xunit.v3;

namespace Cluster.Tests.Limits;

/// <summary>Runs tests as <paramref name="inner"/> does, under a <see cref="HangWatch"/>.</summary>
internal sealed class LimitedExecutor(ITestFrameworkExecutor inner) : ITestFrameworkExecutor
{
    public async ValueTask RunTestCases(
        IReadOnlyCollection<ITestCase> testCases,
        IMessageSink executionMessageSink,
        ITestFrameworkExecutionOptions executionOptions,
        CancellationToken? cancellationToken = null)
    {
        var running = new RunningTests(executionMessageSink, TimeProvider.System);
        using HangWatch watch = HangWatch.Start(running);
        await inner.RunTestCases(testCases, running, executionOptions, cancellationToken).ConfigureAwait(false);
    }
}
