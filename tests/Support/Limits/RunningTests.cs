using Xunit.Sdk;

namespace Cluster.Tests.Limits;

/// <summary>
/// Follows a run's messages: which tests, classes and collections are under way, and since when nothing was heard of
/// each.
/// </summary>
/// <remarks>A class with no test under way makes or disposes of its fixtures; so does a collection with no class under way.</remarks>
internal sealed class RunningTests(IMessageSink inner, TimeProvider clock) : IMessageSink
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _tests = [];
    private readonly Dictionary<string, Entry> _classes = [];
    private readonly Dictionary<string, Entry> _collections = [];

    public bool OnMessage(IMessageSinkMessage message)
    {
        lock (_lock)
        {
            Note(message);
        }

        return inner.OnMessage(message);
    }

    /// <summary>
    /// What has been silent for <paramref name="limit"/> or longer, innermost first: a test hides the class that waits
    /// for it.
    /// </summary>
    public IReadOnlyList<string> SilentFor(TimeSpan limit)
    {
        lock (_lock)
        {
            foreach (Dictionary<string, Entry> level in new[] { _tests, _classes, _collections })
            {
                string[] silent = [.. level.Values.Where(entry => clock.GetElapsedTime(entry.Since) >= limit).Select(entry => entry.Name)];
                if (silent.Length > 0)
                {
                    return silent;
                }
            }
        }

        return [];
    }

    private void Note(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestStarting test:
                _tests[test.TestUniqueID] = Now(test.TestDisplayName);
                break;
            case ITestFinished test:
                _tests.Remove(test.TestUniqueID);
                break;
            case ITestClassStarting testClass:
                _classes[testClass.TestClassUniqueID!] = Now($"the fixtures of {testClass.TestClassName}");
                break;
            case ITestClassFinished testClass:
                _classes.Remove(testClass.TestClassUniqueID!);
                break;
            case ITestCollectionStarting collection:
                _collections[collection.TestCollectionUniqueID] = Now($"the fixtures of {collection.TestCollectionDisplayName}");
                break;
            case ITestCollectionFinished collection:
                _collections.Remove(collection.TestCollectionUniqueID);
                break;
        }

        // A sign of life of what a message belongs to.
        Touch(_classes, (message as ITestClassMessage)?.TestClassUniqueID);
        Touch(_collections, (message as ITestCollectionMessage)?.TestCollectionUniqueID);
    }

    private void Touch(Dictionary<string, Entry> level, string? id)
    {
        if (id is not null && level.TryGetValue(id, out Entry entry))
        {
            level[id] = Now(entry.Name);
        }
    }

    private Entry Now(string name) => new(name, clock.GetTimestamp());

    private readonly record struct Entry(string Name, long Since);
}
