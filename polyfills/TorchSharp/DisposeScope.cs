namespace TorchSharp;

/// <summary>Tensors created on the thread while this is its innermost scope are disposed of with it, unless moved or detached.</summary>
public sealed class DisposeScope : IDisposable
{
    private readonly DisposeScopeManager _manager;
    private bool _disposed;

    internal DisposeScope(DisposeScopeManager manager)
    {
        _manager = manager;
        OuterScope = manager.CurrentDisposeScope;
    }

    public int DisposablesCount => Disposables.Count;

    public IReadOnlyList<IDisposable> DisposablesView => [.. Disposables];

    internal DisposeScope? OuterScope { get; set; }

    internal HashSet<IDisposable> Disposables { get; private set; } = new(ReferenceEqualityComparer.Instance);

    public bool Contains(IDisposable disposable) => Disposables.Contains(disposable);

    public T MoveToOuter<T>(T disposable)
        where T : IDisposable
    {
        MoveToOther(OuterScope, disposable);
        return disposable;
    }

    public void MoveToOuter(params IDisposable[] disposables)
    {
        foreach (IDisposable disposable in disposables)
        {
            MoveToOther(OuterScope, disposable);
        }
    }

    internal T MoveToOther<T>(DisposeScope? scope, T disposable)
        where T : IDisposable
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (scope is null)
        {
            return Detach(disposable);
        }

        if (Disposables.Contains(disposable))
        {
            Adopt(scope, disposable);
        }

        return disposable;
    }

    public T Detach<T>(T disposable)
        where T : IDisposable
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Disposables.Remove(disposable))
        {
            _manager.StatisticsInstance.TensorStatistics.DetachedFromScopeCount++;
            SetOwner(disposable, null);
        }

        return disposable;
    }

    public void Detach(params IDisposable[] disposables)
    {
        foreach (IDisposable disposable in disposables)
        {
            Detach<IDisposable>(disposable);
        }
    }

    public void DisposeEverything() => DisposeEverythingBut();

    public void DisposeEverythingBut(params IDisposable[] keep)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        HashSet<IDisposable> all = Disposables;
        Disposables = new HashSet<IDisposable>(keep, ReferenceEqualityComparer.Instance);
        foreach (IDisposable disposable in all)
        {
            if (!Disposables.Contains(disposable))
            {
                disposable.Dispose();
            }
        }
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        DisposeEverything();
        _manager.RemoveDisposeScope(this);
        _disposed = true;
    }

    internal void MarkAsDisposed(IDisposable disposable)
    {
        Disposables.Remove(disposable);
        SetOwner(disposable, null);
    }

    internal static void ReplaceWith(torch.Tensor original, torch.Tensor replacement)
    {
        DisposeScope? scope = original.OwningDisposeScope;
        if (scope is not null && scope.Disposables.Remove(original))
        {
            original.OwningDisposeScope = null;
            Adopt(scope, replacement);
        }
    }

    private static bool Adopt(DisposeScope scope, IDisposable disposable)
    {
        DisposeScope? owner = (disposable as torch.Tensor ?? throw new InvalidOperationException("DisposeScope can only manage Tensor")).OwningDisposeScope;
        if (ReferenceEquals(scope, owner))
        {
            return false;
        }

        scope.Disposables.Add(disposable);
        owner?.Disposables.Remove(disposable);
        SetOwner(disposable, scope);
        return true;
    }

    private static void SetOwner(IDisposable disposable, DisposeScope? scope)
    {
        if (disposable is torch.Tensor tensor)
        {
            tensor.OwningDisposeScope = scope;
        }
    }
}
