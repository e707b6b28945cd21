namespace TorchSharp;

/// <summary>Tensors created on the thread while this is its innermost scope are disposed of with it, unless moved or detached.</summary>
public sealed class DisposeScope : IDisposable
{
    private readonly DisposeScopeManager _manager;
    private readonly HashSet<torch.Tensor> _tensors = new(ReferenceEqualityComparer.Instance);
    private bool _disposed;

    internal DisposeScope(DisposeScopeManager manager)
    {
        _manager = manager;
        OuterScope = manager.CurrentDisposeScope;
    }

    internal DisposeScope? OuterScope { get; set; }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        // Each leaves the set as it is disposed of.
        foreach (torch.Tensor tensor in _tensors.ToArray())
        {
            tensor.Dispose();
        }

        _manager.RemoveDisposeScope(this);
        _disposed = true;
    }

    internal void Include(torch.Tensor tensor)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _tensors.Add(tensor);
        tensor.OwningDisposeScope = this;
    }

    internal void Detach(torch.Tensor tensor)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _tensors.Remove(tensor);
        tensor.OwningDisposeScope = null;
    }

    internal void MoveToOuter(torch.Tensor tensor)
    {
        Detach(tensor);
        OuterScope?.Include(tensor);
    }
}
