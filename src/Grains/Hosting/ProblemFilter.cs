namespace Cluster.Grains.Hosting;

/// <summary>Converts exceptions of grains to ones that can be sent between silos.</summary>
internal sealed partial class ProblemFilter(ILogger<ProblemFilter> logger) : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
#pragma warning disable MA0054 // The cause cannot be sent; it is in the log.
        catch (JobException problem)
        {
            if (DiskFull.Is(problem))
            {
                LogDiskFull(problem.Message);
            }

            throw new GrainProblemException(problem.Message)
            {
                IsDiskFull = DiskFull.Is(problem),
                IsForPeople = problem is not JobStoreUnavailableException,
            };
        }
        catch (Exception fault) when (fault is not (OrleansException
            or TimeoutException
            or OperationCanceledException
            or InvalidOperationException
            or ArgumentException))
        {
            LogFault(fault, context.InterfaceName, context.MethodName);
            throw new GrainProblemException($"{fault.GetType().Name}: {fault.Message}");
        }
#pragma warning restore MA0054
    }

    [LoggerMessage(EventId = 1402, Level = LogLevel.Error, Message = "A disk of this silo is full: {Problem}")]
    private partial void LogDiskFull(string problem);

    [LoggerMessage(EventId = 1401, Level = LogLevel.Error, Message = "{Grain}.{Method} broke")]
    private partial void LogFault(Exception fault, string? grain, string? method);
}
