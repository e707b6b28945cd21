using Microsoft.AspNetCore.Http;

namespace Cluster.Silo.Tests.Page;

/// <summary>Hears how marked requests end in the servers of this process.</summary>
internal sealed class RequestEnds : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    /// <summary>The header that marks them.</summary>
    public const string Mark = "Test-Ends";

    private readonly TaskCompletionSource<Exception?> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<IDisposable> _subscriptions = [];
    private Exception? _unhandled;

    public RequestEnds() => _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));

    /// <summary>What a request left unhandled once it has ended; null for nothing.</summary>
    public Task<Exception?> NextAsync() => _end.Task.WaitAsync(TestContext.Current.CancellationToken);

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "Microsoft.AspNetCore")
        {
            _subscriptions.Add(value.Subscribe(this));
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        switch (value)
        {
            case { Key: "Microsoft.AspNetCore.Hosting.UnhandledException", Value: { } told }
                when told.GetType().GetProperty("httpContext")?.GetValue(told) is HttpContext http && IsMarked(http):
                _unhandled = (Exception?)told.GetType().GetProperty("exception")?.GetValue(told);
                break;
            case { Key: "Microsoft.AspNetCore.Hosting.HttpRequestIn.Stop", Value: HttpContext http } when IsMarked(http):
                _end.TrySetResult(_unhandled);
                break;
        }
    }

    public void OnCompleted()
    {
        // Listeners live as long as the process.
    }

    public void OnError(Exception error)
    {
        // They report none.
    }

    public void Dispose() => _subscriptions.ForEach(subscription => subscription.Dispose());

    private static bool IsMarked(HttpContext http) => http.Request.Headers.ContainsKey(Mark);
}
