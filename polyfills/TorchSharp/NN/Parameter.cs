namespace TorchSharp.Modules;

/// <summary>
/// A tensor that an optimizer changes. It takes over the handle of the tensor it is made from, which is invalid
/// afterwards.
/// </summary>
public class Parameter : torch.Tensor
{
    public Parameter(torch.Tensor data, bool requires_grad = true)
        : base(data.MoveHandle(), register: false)
    {
        this.requires_grad = requires_grad;
        if (data.OwningDisposeScope is { } scope)
        {
            scope.Detach(data);
            scope.Include(this);
        }
    }
}
