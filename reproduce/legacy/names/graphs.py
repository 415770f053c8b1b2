"""What networkx had, as far as it takes more than today's name."""
from typing import Any, Callable


def node() -> property:
    """Graph.node, the nodes' data by name."""
    return property(lambda self: self.nodes)


def component_subgraphs() -> Callable[..., Any]:
    """The connected components, as graphs of their own."""
    import networkx

    def connected_component_subgraphs(G: Any, copy: bool = True) -> Any:  # noqa: N803
        for component in networkx.connected_components(G):
            part = G.subgraph(component)
            yield part.copy() if copy else part
    return connected_component_subgraphs


def to_numpy_matrix() -> Callable[..., Any]:
    """The adjacency matrix as np.matrix."""
    import networkx
    import numpy as np
    return lambda *args, **kwargs: np.asmatrix(networkx.to_numpy_array(*args, **kwargs))


def to_scipy_sparse_matrix() -> Callable[..., Any]:
    """The adjacency matrix as a sparse matrix, whose * is the matrix product."""
    import networkx
    from scipy import sparse
    return lambda *args, **kwargs: sparse.csr_matrix(
        networkx.to_scipy_sparse_array(*args, **kwargs))


def info() -> Callable[..., str]:
    """A graph in words."""
    return lambda graph, n=None: str(graph)
