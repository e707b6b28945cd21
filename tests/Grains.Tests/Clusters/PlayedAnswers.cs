using Orleans.Serialization.Invocation;

namespace Cluster.Grains.Tests.Clusters;

/// <summary>
/// Answers calls of the product's grains in their stead, and keeps what those of the test were given: silos announce their nodes meanwhile.
/// </summary>
internal sealed class PlayedAnswers(Func<Type, object?> answer) : IIncomingGrainCallFilter
{
    private static readonly MethodInfo FromResult = typeof(Response).GetMethod(nameof(Response.FromResult))!;

    /// <summary>The arguments of the last call of each method that <see cref="Mark"/> marked.</summary>
    public ConcurrentDictionary<MethodInfo, object?[]> Given { get; } = new();

    /// <summary>Thrown in place of an answer.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Marks the calls that the caller makes from here on as the test's.</summary>
    public static void Mark() => RequestContext.Set(nameof(Mark), true);

    public Task Invoke(IIncomingGrainCallContext context)
    {
        var method = context.InterfaceMethod;
        if (!EveryCallTests.Methods.Contains(method))
        {
            return context.Invoke();
        }

        if (RequestContext.Get(nameof(Mark)) is true)
        {
            Given[method] = [.. Enumerable.Range(0, context.Request.GetArgumentCount()).Select(context.Request.GetArgument)];
        }

        if (Failure is not null)
        {
            throw Failure;
        }

        // Of the declared type, as a grain's own answer is.
        context.Response = EveryCallTests.AnswerOf(method) is { } type
            ? (Response)FromResult.MakeGenericMethod(type).Invoke(obj: null, [answer(type)])!
            : Response.Completed;
        return Task.CompletedTask;
    }
}
